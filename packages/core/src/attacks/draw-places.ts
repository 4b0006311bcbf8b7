import type { Random } from "../math/random.ts";
import { choose } from "./draw.ts";
import type { UsageHabits } from "./person.ts";

/** Where the site's people live: share, time zone, country and what they mostly speak. */
const LANDS = [
  { share: 0.7, timeZone: "Europe/Berlin", country: "DE", language: "de-DE" },
  { share: 0.1, timeZone: "Europe/London", country: "GB", language: "en-GB" },
  { share: 0.1, timeZone: "Europe/Warsaw", country: "PL", language: "pl-PL" },
  { share: 0.06, timeZone: "America/New_York", country: "US", language: "en-US" },
  { share: 0.04, timeZone: "Asia/Kolkata", country: "IN", language: "en-IN" },
] as const;
/** One in six does not use the language of the land. */
const OTHER_LANGUAGES = ["en-US", "en-GB", "tr-TR", "uk-UA"] as const;
const NETWORKS = Array.from({ length: 12 }, (_, i) => `provider-${i + 1}`);
const NETWORK_SHARES = NETWORKS.map((_, i) => 1 / (i + 1));
/** One in eight goes abroad now and then, the others only change the network. */
const TRAVELS = 0.125;

/** Returns where a new person usually is and where else, and how often there. All shares are set here. */
export function drawPlaces(random: Random): Pick<UsageHabits, "home" | "elsewhere" | "away"> {
  const land = () =>
    LANDS[
      choose(
        LANDS.map(({ share }) => share),
        random,
      )
    ] ?? LANDS[0];
  const network = () => NETWORKS[choose(NETWORK_SHARES, random)] ?? NETWORKS[0];
  const { timeZone, country, language } = land();
  const other = OTHER_LANGUAGES[Math.floor(random() * OTHER_LANGUAGES.length)] ?? language;
  const home = { timeZone, country, language: random() < 1 / 6 ? other : language, network: network() };
  const abroad = land();
  const there = random() < TRAVELS ? { timeZone: abroad.timeZone, country: abroad.country } : {};
  return { home, elsewhere: { ...home, ...there, network: network() }, away: 0.3 * random() };
}
