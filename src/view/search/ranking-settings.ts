/** All numbers that ranking was tuned by; lists are in the order of SEARCH_FIELDS. docs/search.md says how they were found. */
export const RANKING = {
  /** What a word is worth in each field. */
  fieldWeights: [6, 3, 1.75, 1.25, 2, 0.4],
  /** How much a long field dilutes its words: 0 not at all, 1 in full. */
  lengthShares: [0.6, 0.6, 0.6, 0.6, 0.5, 0.4],
  /** Half of a word's worth is reached at this weighted count. */
  saturation: 4.5,
  /** What finding a synonym is worth, a completed word, a misspelt one; 1 is the word itself. */
  synonymWeight: 0.5,
  completionWeight: 0.7,
  misspeltWeight: 0.6,
  /** How much the rarity of the very word counts against that of the word with its synonyms. */
  ownRarity: 0.4,
  /** The share of the query's weight that the best tool must have, or nothing fits. */
  minCoverage: 0.43,
  /** A word that no tool knows weighs this much of the rarest word. */
  unknownWeight: 0.7,
};
