// The title of the browser's tab, as long as this is shown; Streamlit sets its own at every run of the page.

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".title");
  const set = () => {
    if (document.title !== root.wanted) document.title = root.wanted;
  };
  root.wanted = data.title;
  set();
  root.watch ??= new MutationObserver(set);
  root.watch.observe(document.head, { subtree: true, childList: true, characterData: true });
  return () => {
    root.watch.disconnect();
    document.title = data.usual;
  };
}
