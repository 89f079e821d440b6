// A word that outlives a reload in this tab, and no longer: what a reader committed to is kept here and nowhere else.

export default function ({ data, setStateValue }) {
  const name = `netlab-${data.name}`;
  if (data.word) sessionStorage.setItem(name, data.word);
  else if (sessionStorage.getItem(name)) setStateValue("word", sessionStorage.getItem(name));
}
