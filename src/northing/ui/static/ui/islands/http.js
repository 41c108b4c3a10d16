// Requests outside htmx, in the same manner: CSRF header, HX-Trigger events, a readable reason when refused.
export const csrf = () => document.querySelector('meta[name="csrf-token"]').content;

export async function request(url, { method = "GET", fields = null, signal } = {}) {
  const response = await fetch(url, {
    method,
    signal,
    headers: { "X-CSRFToken": csrf(), "HX-Request": "true", "HX-Current-URL": location.href },
    body: fields && new URLSearchParams(fields),
  });
  announce(response.headers.get("HX-Trigger"));
  if (!response.ok) throw new Error(await reason(response));
  return response;
}

export const post = (url, fields = {}) => request(url, { method: "POST", fields });

/** Fire the events that an answer names, as htmx does for its own requests. */
export function announce(header) {
  if (!header) return;
  const events = header.startsWith("{") ? JSON.parse(header) : Object.fromEntries(header.split(",").map((name) => [name.trim(), null]));
  for (const [name, detail] of Object.entries(events)) fire(name, detail);
}

export const fire = (name, detail = null, target = document.body) => target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

async function reason(response) {
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("text/plain")) return response.text();
  if (type.startsWith("application/json")) return (await response.json()).detail ?? "";
  return response.status === 409 ? "Someone changed this meanwhile." : "";
}

export function debounce(action, milliseconds) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}
