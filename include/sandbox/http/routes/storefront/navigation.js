// Navigates between the storefront's pages without loading them, as storefronts made with React do: it fetches
// the next page, shows its <main>, and changes the address. The checkout is another application: it is loaded.
(() => {
  const isCheckout = (url) => /^\/checkout(\.php)?(\/|$)/.test(url.pathname) || url.searchParams.get("action") === "buy";

  async function show(url, options) {
    const response = await fetch(url, { credentials: "same-origin", ...options });
    const address = new URL(response.url);
    if (isCheckout(address)) return location.assign(address);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.title = page.title;
    for (const part of ["main", "#cart-link"]) document.querySelector(part).replaceWith(page.querySelector(part));
    return address;
  }

  async function navigate(url, options) {
    const address = await show(url, options);
    if (address) history.pushState(null, "", address);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey) return;
    if (link.origin !== location.origin || isCheckout(new URL(link.href)) || link.hasAttribute("data-load")) return;
    event.preventDefault();
    navigate(link.href);
  });

  document.addEventListener("submit", (event) => {
    const [form, button] = [event.target, event.submitter];
    const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
    const target = new URL(address, location.href);
    if (event.defaultPrevented || isCheckout(target)) return;
    event.preventDefault();
    navigate(target, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
  });

  addEventListener("popstate", () => show(location.href));
})();
