/** Whether the page fills the screen. */

export class FullScreen {
  #on = $state(document.fullscreenElement !== null);
  readonly possible = document.fullscreenEnabled;

  get on(): boolean {
    return this.#on;
  }

  /** Follow what the browser does. @param left is told when it has been left, by whatever way. */
  follow(left: () => void): () => void {
    const changed = (): void => {
      this.#on = document.fullscreenElement !== null;
      if (!this.#on) left();
    };
    document.addEventListener('fullscreenchange', changed);
    return () => {
      document.removeEventListener('fullscreenchange', changed);
    };
  }

  enter(root: HTMLElement | undefined): void {
    if (this.possible && !document.fullscreenElement)
      void root?.requestFullscreen().catch(() => undefined);
  }

  /** @returns whether it did. */
  leave(): boolean {
    if (!document.fullscreenElement) return false;
    void document.exitFullscreen().catch(() => undefined);
    return true;
  }

  toggle(root: HTMLElement | undefined): void {
    if (!this.leave()) this.enter(root);
  }
}
