const FOCUSABLE =
  'button:not(:disabled), input:not(:disabled), select, summary, vscode-button, [tabindex="0"]';

/**
 * When what has the focus goes from the page, the focus goes to what is nearest: the first that takes it in the smallest
 * part of the page that both were in. Nothing happens while the focus is in another part of the editor; what had it before
 * has it again when it comes back, as after a pick.
 */
export function keepFocus(page: HTMLElement): void {
  let around: readonly Element[] = [];
  const onFocusIn = ({ target }: FocusEvent): void => {
    around = target instanceof Element ? ancestorsOf(target) : [];
  };
  const onFocusOut = (): void => {
    setTimeout(() => {
      // Taken off by the user, and not by another part of the editor.
      const isOff = document.hasFocus() && document.activeElement === document.body;
      if (isOff && around[0]?.isConnected === true) around = [];
    });
  };
  const restore = (): void => {
    const [focused] = around;
    if (focused === undefined || document.activeElement !== document.body || !document.hasFocus()) return;
    if (focused.isConnected) {
      if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
      return;
    }
    const nearest = around
      .filter((element) => element.isConnected)
      .flatMap((element) => [...element.querySelectorAll<HTMLElement>(FOCUSABLE)])
      .find((element) => element.checkVisibility());
    nearest?.focus();
  };
  const observer = new MutationObserver(restore);
  observer.observe(page, { childList: true, subtree: true });
  page.addEventListener('focusin', onFocusIn);
  page.addEventListener('focusout', onFocusOut);
  window.addEventListener('focus', restore);
}

/** The element, and what it lies in, the smallest first. */
function ancestorsOf(element: Element): readonly Element[] {
  const parent = element.parentElement;
  return [element, ...(parent ? ancestorsOf(parent) : [])];
}
