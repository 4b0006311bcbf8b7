/** The bank's own books: made up, in memory, and gone when the demo stops. */
export interface Account {
  readonly name: string;
  balanceCents: number;
  readonly movements: Movement[];
  readonly messages: Message[];
}

export interface Movement {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly purpose: string;
  readonly cents: number;
}

export interface Message {
  readonly id: number;
  readonly at: number;
  readonly from: "you" | "adviser";
  readonly text: string;
}

const FIRST_MOVEMENTS: readonly Omit<Movement, "id" | "at">[] = [
  { who: "Corner Bakery", purpose: "Card payment", cents: -640 },
  { who: "City Power & Light", purpose: "October bill", cents: -7_315 },
  { who: "Meridian Books", purpose: "Online order", cents: -2_890 },
  { who: "Harbour Studio Ltd", purpose: "Salary", cents: 284_000 },
  { who: "Northside Housing", purpose: "Rent", cents: -98_000 },
  { who: "Greengrocer on Mill Lane", purpose: "Card payment", cents: -1_835 },
];
const HOUR_MS = 3_600_000;
const LARGEST_TRANSFER_CENTS = 100_000;

export function openAccount(name: string, now: number): Account {
  return {
    name,
    balanceCents: 418_232,
    movements: FIRST_MOVEMENTS.map((movement, i) => ({ ...movement, id: i + 1, at: now - (i * 19 + 3) * HOUR_MS })),
    messages: [
      {
        id: 1,
        at: now - 2 * HOUR_MS,
        from: "adviser",
        text: "Good morning! I am Mina, your adviser. Tell me in a few sentences what you would like to save for this year, and what a good weekend looks like for you.",
      },
    ],
  };
}

/** Books a transfer, or returns why it cannot be booked in words for the person. */
export function bookTransfer(
  account: Account,
  order: { to: string; cents: number; purpose: string },
  now: number,
): string | undefined {
  const { to, cents, purpose } = order;
  if (to.trim() === "") return "Please say who the money is for.";
  if (!Number.isInteger(cents) || cents <= 0) return "Please enter an amount above zero.";
  if (cents > LARGEST_TRANSFER_CENTS) return "This account sends at most 1,000.00 at a time.";
  if (cents > account.balanceCents) return "There is not enough money in the account.";
  account.balanceCents -= cents;
  account.movements.unshift({
    id: account.movements.length + 1,
    at: now,
    who: to.trim().slice(0, 60),
    purpose: purpose.slice(0, 80),
    cents: -cents,
  });
  return undefined;
}

const REPLIES = [
  "Thank you, that helps. What would you do first if you had a month off?",
  "Lovely. And how do you usually pay when you travel: card, phone or cash?",
  "I see. Tell me about a purchase you were glad about afterwards.",
  "That sounds like a plan. Which of your regular payments would you miss least?",
];

export function addMessage(account: Account, text: string, now: number): void {
  const id = account.messages.length + 1;
  account.messages.push({ id, at: now, from: "you", text: text.slice(0, 2_000) });
  const reply = REPLIES[Math.floor(id / 2) % REPLIES.length] ?? "Thank you.";
  account.messages.push({ id: id + 1, at: now + 1, from: "adviser", text: reply });
}
