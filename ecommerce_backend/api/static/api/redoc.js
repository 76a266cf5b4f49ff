// The ReDoc page.
const { url } = JSON.parse(document.getElementById("settings").textContent);

// ReDoc's menu ends with a logo from another site, which the Content-Security-Policy refuses. React writes an address
// both ways, as an attribute and as a property; an empty picture in its place makes ReDoc leave the logo out.
const image = HTMLImageElement.prototype;
const { set } = Object.getOwnPropertyDescriptor(image, "src");
const ours = (address) => (new URL(address, location.href).hostname === "cdn.redoc.ly" ? "data:," : address);
image.setAttribute = function (name, value) {
  Element.prototype.setAttribute.call(this, name, name === "src" ? ours(value) : value);
};
Object.defineProperty(image, "src", {
  set(value) {
    set.call(this, ours(value));
  },
});

Redoc.init(url, { hideHostname: true }, document.getElementById("redoc"));
