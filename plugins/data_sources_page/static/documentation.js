// Swagger UI over our own description; its requests carry the header that every change needs.
"use strict";
SwaggerUIBundle({
  url: new URL("api/openapi.json", document.baseURI).href,
  dom_id: "#swagger",
  requestInterceptor: (request) => {
    request.headers["X-Requested-With"] = "documentation";
    return request;
  },
});
