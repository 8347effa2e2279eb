/** One line without control characters and without blanks at its ends. */
export const ONE_LINE = /^(?! )[^\p{Cc}\u2028\u2029]*[^\p{Cc}\p{Z}]$/u;
