/** What is shown over the place, as the window's title says it. */

class Title {
  /** Null where nothing lies over the place. */
  over = $state<string | null>(null);
}

export const title = new Title();
