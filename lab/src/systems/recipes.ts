import { shippedTyping } from "@habitus/core";
import { forestRecipe } from "./forest-recipe.ts";
import type { Recipe } from "./learnt-system.ts";
import { pointingRecipe } from "./pointing-recipe.ts";
import { typingRecipe } from "./typing-recipe.ts";

/**
 * How systems of core learn their model of people in general from a background. A system that is listed here is judged with what it
 * learns from that background alone; one that is not is judged as it stands, which is right only if it knows nobody.
 */
export const recipes: readonly Recipe[] = [
  typingRecipe("habitus", shippedTyping, "people"),
  typingRecipe("habitus-further", shippedTyping, "further"),
  typingRecipe("habitus-shipped", shippedTyping, "shipped"),
  // A deployment that makes a background of its own people, when it has so many.
  typingRecipe("habitus-own-100", shippedTyping, "people", 100),
  typingRecipe("habitus-own-200", shippedTyping, "people", 200),
  pointingRecipe("habitus-pointing", "people"),
  pointingRecipe("habitus-pointing-shipped", "shipped"),
  forestRecipe("habitus-forest", "forest"),
  forestRecipe("habitus-and-forest", "fused"),
];
