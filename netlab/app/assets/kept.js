// What this browser keeps for its reader, each under a name that begins with "netlab". One that is told to keep nothing,
// or that has no room, has this page's own memory in its place, which is over when the page is loaded anew.

const OURS = /^netlab[- ]/;

function shelf(kind) {
  const own = new Map(); // what the browser did not take
  const browser = (use, without) => {
    try {
      return use(window[kind]);
    } catch {
      return without; // it keeps nothing
    }
  };
  return {
    get: (name) => own.get(name) ?? browser((it) => it.getItem(name), null),
    set: (name, word) => {
      const taken = browser((it) => it.setItem(name, word) === undefined, false);
      if (!taken) own.set(name, word);
    },
    clear: () => {
      own.clear();
      browser((it) => Object.keys(it).filter((name) => OURS.test(name)).forEach((name) => it.removeItem(name)));
    },
  };
}

export const tab = shelf("sessionStorage"); // as long as the tab is open
export const always = shelf("localStorage");
