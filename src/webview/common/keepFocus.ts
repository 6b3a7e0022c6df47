const FOCUSABLE =
  'button:not(:disabled), input:not(:disabled), select, summary, vscode-button, [tabindex="0"]';

/**
 * When what has the focus goes from the page, the focus goes to what is nearest: the first that takes it in the smallest
 * part of the page that both were in. Nothing happens while the focus is in another part of the editor.
 */
export function keepFocus(page: HTMLElement): void {
  let around: readonly Element[] = [];
  const onFocusIn = ({ target }: FocusEvent): void => {
    around = target instanceof Element ? ancestorsOf(target) : [];
  };
  const restore = (): void => {
    const [focused] = around;
    const isLost = focused?.isConnected === false && document.activeElement === document.body;
    if (!isLost || !document.hasFocus()) return;
    const nearest = around
      .filter((element) => element.isConnected)
      .flatMap((element) => [...element.querySelectorAll<HTMLElement>(FOCUSABLE)])
      .find((element) => element.checkVisibility());
    nearest?.focus();
  };
  const observer = new MutationObserver(restore);
  observer.observe(page, { childList: true, subtree: true });
  page.addEventListener('focusin', onFocusIn);
  window.addEventListener('focus', restore);
}

/** The element, and what it lies in, the smallest first. */
function ancestorsOf(element: Element): readonly Element[] {
  const parent = element.parentElement;
  return [element, ...(parent ? ancestorsOf(parent) : [])];
}
