/** Shows the API's document with Swagger UI. Requests go to the origin of this page, which is all that its policy allows. */
async function show() {
  const reference = document.getElementById("reference");
  try {
    const response = await fetch("/v1/openapi.json");
    if (!response.ok) throw new Error(`status ${response.status}`);
    const spec = await response.json();
    window.SwaggerUIBundle({
      spec: { ...spec, servers: [{ url: window.location.origin }] },
      domNode: reference,
      deepLinking: true,
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      // The validator is a third party's; so is what a query parameter could name.
      validatorUrl: null,
      queryConfigEnabled: false,
    });
  } catch (error) {
    const message = document.createElement("p");
    message.textContent = `The OpenAPI document could not be loaded (${error.message}). Reload the page to try again.`;
    reference.replaceChildren(message);
  }
}

void show();
