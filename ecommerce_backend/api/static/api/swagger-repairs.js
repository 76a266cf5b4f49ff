// What Swagger UI gets wrong, mended from outside.

// A link inside the button that opens an operation: screen readers get lost in it.
const wrapComponents = {
  DeepLink: (_, { React }) => ({ text }) => React.createElement("span", null, text),
};

// Fields and a button without a name, and code that only a mouse can scroll.
export function nameAndReach(page) {
  const without = (attribute, selector) => page.querySelectorAll(`${selector}:not([${attribute}])`);
  new MutationObserver(() => {
    for (const field of without("aria-label", "[data-param-name] :is(input, select, textarea)")) {
      field.ariaLabel = field.closest("[data-param-name]").dataset.paramName;
    }
    for (const button of without("aria-label", ".close-modal")) button.ariaLabel = "Close";
    for (const code of without("tabindex", "pre.microlight")) code.tabIndex = 0;
  }).observe(page, { childList: true, subtree: true });
}

// Opens what the address names after its #. Swagger UI's own does the same, and calls each `_` in a name an error.
const parseDeepLinkHash = (_, { layoutActions, layoutSelectors }) => (hash) => {
  const parts = hash.replace(/^#!?\/?/, "").split("/");
  for (const end of [1, 2].slice(0, parts.length)) {
    layoutActions.show(layoutSelectors.isShownKeyFromUrlHashArray(parts.slice(0, end)), true);
  }
  layoutActions.scrollTo(layoutSelectors.isShownKeyFromUrlHashArray(parts));
};

// All of it, below the bar: the margin is in swagger.css.
const scrollToElement = () => (part) => part.closest(".opblock, .opblock-tag-section").scrollIntoView();

export const repairs = { wrapComponents, statePlugins: { layout: { wrapActions: { parseDeepLinkHash, scrollToElement } } } };
