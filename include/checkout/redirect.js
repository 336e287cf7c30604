// Takes shoppers from the BigCommerce storefront to the CRM's checkout.
//
// Whatever leads to BigCommerce's checkout is held back while the cart is read, and the CRM's ids of its variants. If a
// checkout link can carry the whole cart, the shopper follows that link. In any other case, and once the deadline is
// over, the shopper goes on to BigCommerce's checkout as if this script were not there. docs/checkout-redirect.md says
// what a link can carry, and what `?crm_debug=1` shows.
//
// This file is one function; include/checkout/script.py calls it with a store's settings, and delivers neither the lines
// that are comments nor the indentation. Two opening braces in a row would be Handlebars to the storefront.
(function (config, token) {
  const CHECKOUT = /^\/checkout(\.php)?\/?$/i;
  const CARTS = "/api/storefront/carts?include=lineItems.digitalItems.options,lineItems.physicalItems.options";
  const FIELD = /^[1-9]\d{0,18}\.[1-9]\d{0,18}$/;
  // The bounds of docs/checkout-links.md.
  const LINK = /^\?products=([\d.]+:[1-9]\d{0,3}[;&]){1,250}cart=[\da-z-]{1,64}(&|$)/i;
  const TRACKING = /^(utm_\w+|\w*clk?id|aff\w*|sub_?id\d*|c[1-5])$/i;
  const page = new URLSearchParams(location.search);
  let deciding = false;
  let goingOn = false;

  const say = (...words) => page.get("crm_debug") === "1" && console.info("CRM checkout:", ...words);
  const hasCookie = (name) => `; ${document.cookie}`.includes(`; ${name}=`);
  const isMeant = () => !config.cookie || hasCookie(config.cookie);
  const reset = () => (deciding = goingOn = false);

  function refuse(reason) {
    throw new Error(reason);
  }

  function isCheckout(address) {
    const url = new URL(address, location);
    // Another action, such as shipping to several addresses, is left to BigCommerce's checkout.
    return url.origin === location.origin && CHECKOUT.test(url.pathname) && !url.searchParams.has("action");
  }

  async function request(path, options) {
    const answer = await fetch(path, options);
    return answer.ok ? answer.json() : refuse(`${path} answered ${answer.status}`);
  }

  function linesOf(cart) {
    const { physicalItems = [], digitalItems = [], ...others } = cart.lineItems;
    const lines = [...physicalItems, ...digitalItems];
    for (const kind in others) if (others[kind]?.length) refuse(`it has ${kind}`);
    if (!lines.length) refuse("it is empty");
    if (cart.currency.code !== config.currency) refuse(`it is in ${cart.currency.code}, not ${config.currency}`);
    const isReduced = ({ couponAmount, discountAmount }) => couponAmount > 0 || discountAmount > 0;
    if (cart.coupons?.length || [cart, ...lines].some(isReduced)) refuse("a discount applies");
    // What the shopper cannot change belongs to a promotion or to another product.
    if (lines.some((line) => line.giftWrapping || line.isMutable === false)) refuse("a line is wrapped or fixed");
    return lines;
  }

  function readFields(lines, signal) {
    const products = lines.map(
      (line, index) => `_${index}: product(entityId: ${line.productId}) {
        variants(first: 1, entityIds: [${line.variantId}]) { edges { node {
        options { edges { node { entityId } } }
        prices { price { value } }
        metafields(first: 2, namespace: $namespace, keys: [$key]) { edges { node { value } } } } } } }`,
    );
    const query = `query ($namespace: String!, $key: String!) { site { ${products.join(" ")} } }`;
    return request("/graphql", {
      signal,
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: config.field }),
    });
  }

  function fieldOf(product, { productId, options = [], salePrice }) {
    const variant = product?.variants.edges[0]?.node ?? refuse(`product ${productId} is not visible`);
    // What was chosen beyond the variant's own options, such as an engraving, is a modifier.
    const own = (variant.options.edges ?? []).map(({ node }) => node.entityId);
    const isOwn = ({ nameId }) => own.includes(nameId);
    if (own.length !== options.length || !options.every(isOwn)) refuse(`product ${productId} has modifiers`);
    // Bulk pricing is no discount of a line. This price is that of a single one, without tax; a cent is rounding.
    if (variant.prices?.price.value - salePrice > 0.01) refuse("a bulk price applies");
    const [field, another] = variant.metafields.edges;
    if (another || !FIELD.test(field?.node.value)) refuse(`product ${productId} has no valid field`);
    return field.node.value;
  }

  function linkTo(cartId, quantities) {
    const link = new URL(config.url);
    const others = link.searchParams;
    page.forEach((value, name) => {
      // An address in a parameter is personal data.
      if (TRACKING.test(name) && !value.includes("@") && !others.has(name)) others.append(name, value);
    });
    const items = Object.entries(quantities).map((item) => item.join(":")).join(";");
    link.search = `products=${items}&cart=${encodeURIComponent(cartId)}&${others}`.replace(/&$/, "");
    if (link.href.length > 8000 || !LINK.test(link.search)) refuse("no link can carry it");
    return link.href;
  }

  async function findLink() {
    const signal = AbortSignal.timeout(3000);
    const [cart, another] = await request(CARTS, { signal, cache: "no-store" });
    if (!cart || another) refuse("it is not one cart");
    const lines = linesOf(cart);
    const { data, errors } = await readFields(lines, signal);
    if (errors) refuse(errors[0].message);
    const quantities = {};
    lines.forEach((line, index) => {
      const field = fieldOf(data.site[`_${index}`], line);
      quantities[field] = (quantities[field] ?? 0) + line.quantity;
    });
    return linkTo(cart.id, quantities);
  }

  // The link, or undefined where the shopper goes to BigCommerce's checkout. That page is quiet then: for 10 minutes, so
  // that nobody is taken away from it; after a link for 10 seconds, in case the CRM sends the shopper straight back.
  async function decide() {
    let link;
    try {
      link = await findLink();
      say("to the CRM,", link);
    } catch (problem) {
      say("to BigCommerce:", problem.message);
    }
    document.cookie = `crm_quiet=1; path=/; max-age=${link ? 10 : 600}`;
    return link;
  }

  async function redirectPage() {
    const comesFromCrm = document.referrer.startsWith(new URL(config.url).origin);
    if (comesFromCrm || hasCookie("crm_quiet")) return say("stays here");
    const link = await decide();
    if (link) location.replace(link);
  }

  async function takeOver(event, address) {
    if (goingOn || event.defaultPrevented || !isMeant() || !isCheckout(address)) return;
    event.preventDefault();
    if (deciding) return;
    deciding = true;
    const link = await decide();
    goingOn = !link;
    setTimeout(reset, 1000);
    location.assign(link ?? address);
  }

  function onClick(event) {
    const link = event.target.closest?.("a[href]");
    const isModified = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (link && !isModified && /^(_self)?$/.test(link.target)) takeOver(event, link.href);
  }

  // What a form would send does not matter: BigCommerce's checkout knows the cart by its cookie.
  function onSubmit(event) {
    const { target: form, submitter } = event;
    const setting = (name) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name) ?? "";
    if (/^(_self)?$/.test(setting("target"))) takeOver(event, setting("action"));
  }

  // Where the theme's own script goes; browsers from before 2026 may not tell.
  function onNavigate(event) {
    if (/push|replace/.test(event.navigationType) && !event.formData) takeOver(event, event.destination.url);
  }

  if (window.crmCheckout) return;
  window.crmCheckout = true;
  if (!/^[\w.-]+$/.test(token)) return say("off: no API token");
  if (isCheckout(location)) return isMeant() && redirectPage();
  // On the window, after the theme's own handlers, so that what these forbid stays forbidden.
  addEventListener("click", onClick);
  addEventListener("submit", onSubmit);
  window.navigation?.addEventListener("navigate", onNavigate);
  addEventListener("pageshow", reset);
})
