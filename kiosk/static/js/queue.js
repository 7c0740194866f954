// The tablet's queue: every tap lies in IndexedDB until the server answers for it. Nothing here touches the page.
//
// Not localStorage, which loses seconds of writes when a browser is killed; and always with strict durability,
// so that "complete" means that the disk has it.

const KEEP_SENT_MS = 72 * 3600 * 1000;
const LATE_MS = 2000;

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("kiosk", 1);
    request.onupgradeneeded = () => {
      const taps = request.result.createObjectStore("taps", { keyPath: "id" });
      // `since`: when it came into its state, by the tablet's clock.
      taps.createIndex("by_state", ["state", "since"]);
      request.result.createObjectStore("facts");
    };
    request.onsuccess = () => {
      // iOS closes a database under memory pressure; another tab may need it closed for an upgrade.
      request.result.onclose = forget;
      request.result.onversionchange = () => {
        request.result.close();
        forget();
      };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    setTimeout(() => reject(new Error("the database does not open")), LATE_MS);
  });
  opening.catch(forget);
  return opening;
}

function forget() {
  opening = null;
}

// Runs `work(taps, facts)` in one transaction and resolves with what it returned, or with the result of the
// request it returned, after the disk has it. What cannot be completed in time is taken back, so that a
// failure that was shown is a tap that is not there.
async function transact(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(["taps", "facts"], mode, { durability: "strict" });
    const late = setTimeout(() => abort(transaction), LATE_MS);
    let answer;
    transaction.oncomplete = () => {
      clearTimeout(late);
      resolve(answer instanceof IDBRequest ? answer.result : answer);
    };
    transaction.onabort = () => {
      clearTimeout(late);
      reject(transaction.error ?? new Error("the transaction was aborted"));
    };
    try {
      answer = work(transaction.objectStore("taps"), transaction.objectStore("facts"));
    } catch {
      // All of it or nothing of it.
      abort(transaction);
    }
  });
}

// Does nothing when it is committing already: then it completes.
function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It is too late to take it back.
  }
}

// A second try with the database opened anew.
async function persist(mode, work) {
  try {
    return await transact(mode, work);
  } catch {
    forget();
    return transact(mode, work);
  }
}

const inState = (state) => IDBKeyRange.bound([state], [state, []]);

/** Keeps a record; when this resolves, the tap survives whatever happens to the tablet. */
export function put(record) {
  return persist("readwrite", (taps, facts) => {
    taps.put(record);
    if (record.offset !== null) return;
    // A page that has not heard the server yet still knows from before how far its clock is off.
    facts.get("offset").onsuccess = ({ target }) => taps.put({ ...record, offset: target.result ?? null });
  });
}

/** The oldest `most` records that wait for an answer. */
export function waiting(most) {
  return persist("readonly", (taps) => taps.index("by_state").getAll(inState("waiting"), most));
}

/** All that the tablet still holds, sent or not. */
export function all() {
  return persist("readonly", (taps) => taps.getAll());
}

/** The newest record by the tablet's clock, sent or not. */
export async function newest() {
  return (await all()).reduce((best, one) => (best && best.wall >= one.wall ? best : one), null);
}

/** How many wait, how many are dead, and the clock at the oldest tap that waits (null: none). */
export async function state() {
  const counts = {};
  await persist("readonly", (taps) => {
    const index = taps.index("by_state");
    index.count(inState("waiting")).onsuccess = (event) => (counts.pending = event.target.result);
    index.count(inState("dead")).onsuccess = (event) => (counts.dead = event.target.result);
    index.get(inState("waiting")).onsuccess = (event) => (counts.oldest = event.target.result?.since ?? null);
  });
  return counts;
}

/** The server answers for these: they are sent, kept for a restored backup, and let go after 72 hours. */
export function settle(ids, learned) {
  const since = Date.now();
  return persist("readwrite", (taps, facts) => {
    for (const id of ids) change(taps, id, (record) => ({ ...record, state: "sent", since }));
    const old = IDBKeyRange.bound(["sent"], ["sent", since - KEEP_SENT_MS]);
    each(taps.index("by_state").openCursor(old), (cursor) => cursor.delete());
    remember(taps, facts, learned, ids);
  });
}

/** What the server told without a tap. Also shows, by its failure, that the tablet can keep nothing now. */
export function learn(learned) {
  return persist("readwrite", (taps, facts) => remember(taps, facts, learned, []));
}

/** The server understood this record and refused it: after `most` times it is dead, kept, and in nobody's way. */
export function refuse(id, most) {
  return persist("readwrite", (taps) =>
    change(taps, id, (record) => {
      const tries = record.tries + 1;
      return { ...record, tries, state: tries < most ? "waiting" : "dead" };
    }),
  );
}

// Another epoch: the server was restored from a backup and may never have seen what it once answered for.
function remember(taps, facts, { offset, epoch }, justSettled) {
  if (offset !== null) facts.put(offset, "offset");
  facts.get("epoch").onsuccess = (event) => {
    const known = event.target.result;
    if (known === epoch) return;
    facts.put(epoch, "epoch");
    if (known === undefined) return;
    each(taps.index("by_state").openCursor(inState("sent")), (cursor) => {
      const record = cursor.value;
      if (!justSettled.includes(record.id)) cursor.update({ ...record, state: "waiting", since: record.wall });
    });
  };
}

function change(taps, id, rewrite) {
  taps.get(id).onsuccess = (event) => {
    if (event.target.result) taps.put(rewrite(event.target.result));
  };
}

function each(request, work) {
  request.onsuccess = () => {
    if (!request.result) return;
    work(request.result);
    request.result.continue();
  };
}
