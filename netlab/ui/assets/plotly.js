// Before the script of a component that draws with Plotly: load the copy that Streamlit serves, once a page.
// Its file name is found by the server.

let loading;

function plotly(file) {
  if (window.Plotly) return Promise.resolve();
  loading ??= import(new URL(`static/js/${file}`, document.baseURI).href);
  return loading;
}

