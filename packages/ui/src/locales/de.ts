import type { Messages } from '../provider/messages.ts'

const lines = (count: number) => (count === 1 ? 'Zeile' : 'Zeilen')

/** All texts of the components in German: `<KitProvider locale="de" messages={de}>`. */
const de: Messages = {
  progress: {
    label: 'Lauf',
    status: {
      idle: 'Nicht gestartet',
      waiting: 'Wartet, bis er an der Reihe ist',
      starting: 'Wird gesendet',
      received: 'Angenommen',
      queued: 'In der Warteschlange',
      scheduled: 'Rechner gefunden',
      preparing: 'Wird vorbereitet',
      serving: 'Anwendung wird geladen',
      setting_up: 'Wird eingerichtet',
      running: 'Läuft',
      cancelling: 'Wird abgebrochen, Vorhandenes bleibt',
      uploading: 'Ergebnis wird gespeichert',
      completed: 'Fertig',
      failed: 'Fehlgeschlagen',
      cancelled: 'Abgebrochen',
      unknown: 'In Arbeit',
      error: 'Fehlgeschlagen',
    },
    queuePosition: (position) => (position <= 1 ? 'als Nächstes dran' : `Platz ${position.toLocaleString('de')}`),
    connection: {
      idle: 'Nicht verbunden',
      connecting: 'Verbindung wird aufgebaut',
      live: 'Live',
      polling: 'Fragt einmal je Sekunde',
      reconnecting: 'Verbindung unterbrochen. Der Lauf geht weiter.',
      offline: 'Kein Netz. Der Lauf geht weiter.',
      closed: 'Verbindung beendet',
    },
    nextTry: (wait, attempt) => (attempt > 1 ? `${attempt}. Versuch in ${wait}` : `Nächster Versuch in ${wait}`),
    asOf: (age) => `Stand vor ${age}`,
    estimated: 'geschätzt',
    cancel: 'Abbrechen',
    cancelling: 'Wird abgebrochen…',
    cancelRefused: (error) => `Abbrechen war nicht möglich, der Lauf geht weiter. ${error.message}`,
    retry: 'Erneut versuchen',
    tryNow: 'Jetzt versuchen',
    reconnect: 'Wieder verbinden',
    runAgain: 'Nochmals starten',
    actionOf: (action, label) => `${label}: ${action}`,
    error: (error) => error.message,
    finding: 'Lauf wird gesucht',
    lostStatus: 'Kontakt verloren',
    lostContact: 'Kontakt verloren. Der Lauf geht vielleicht weiter.',
    mayHaveStarted: 'Der Lauf hat vielleicht begonnen. Ein weiterer wird möglicherweise nochmals berechnet.',
    showLines: (count) => `${count} Zeilen zeigen`,
    copyError: 'Kopieren',
    copied: 'Kopiert',
    copyRefused: 'Der Browser hat das Kopieren abgelehnt',
    queueBefore: (places) => `war ${places}`,
    gaps: 'Die Verbindung war unterbrochen, Zeilen können fehlen.',
    noContact: (age) => `Seit ${age} kein Kontakt. Der Lauf geht vielleicht weiter.`,
    ago: (age) => `vor ${age}`,
    skippedSteps: (count) => `${count} Schritte übersprungen`,
    eta: (rest, short) => (short ? 'noch einige Sekunden' : `noch etwa ${rest}`),
    slower: 'langsamer als sonst',
    timeline: 'Schritte',
    stepName: {
      queued: 'Warteschlange',
      scheduled: 'Rechner gefunden',
      preparing: 'Vorbereitung',
      serving: 'Anwendung laden',
      setting_up: 'Einrichtung',
      running: 'Ausführung',
      uploading: 'Ergebnis speichern',
    },
    step: {
      done: (duration) => duration ?? 'fertig',
      current: (duration) => (duration === null ? 'jetzt' : `jetzt, ${duration}`),
      skipped: () => 'übersprungen',
      failed: (duration) => (duration === null ? 'hier gescheitert' : `hier gescheitert, ${duration}`),
      cancelled: (duration) => (duration === null ? 'hier abgebrochen' : `hier abgebrochen, ${duration}`),
      pending: () => 'kommt noch',
      unreached: () => 'nicht erreicht',
    },
  },
  spoken: {
    title: { done: '✓ fertig', failed: '✗ fehlgeschlagen', cancelled: 'abgebrochen' },
    started: (label) => `${label}: gestartet`,
    named: (label, text) => `${label}: ${text}`,
    progress: (percent) => percent,
    resumed: 'Verbindung wieder da',
    done: (label, duration) => (duration === null ? `${label}: fertig` : `${label}: fertig nach ${duration}`),
    cancelled: (label, duration) =>
      duration === null ? `${label}: abgebrochen` : `${label}: abgebrochen nach ${duration}`,
    failed: (label, error) => (error ? `${label}: fehlgeschlagen. ${error.message}` : `${label}: fehlgeschlagen`),
  },
  log: {
    label: 'Protokoll',
    toolbar: 'Werkzeuge des Protokolls',
    empty: 'Noch keine Zeilen.',
    nothingShown: 'Der Filter verbirgt alle Zeilen.',
    newLines: (count) => `${count} neue`,
    jumpToLatest: 'Zum Ende',
    lines: (count, total, shown) => `${shown === null ? '' : `${shown} von `}${count} ${lines(total)}`,
    truncated: (count, dropped) =>
      dropped === 1 ? `${count} ältere Zeile verworfen` : `${count} ältere Zeilen verworfen`,
    search: 'Protokoll durchsuchen',
    regex: 'Regulärer Ausdruck',
    matchCase: 'Groß- und Kleinschreibung beachten',
    previous: 'Voriger Treffer',
    next: 'Nächster Treffer',
    matches: (current, count, done) =>
      current === null ? `${count}${done ? '' : '+'}` : `${current} von ${count}${done ? '' : '+'}`,
    noMatches: 'Keine',
    invalid: 'Kein regulärer Ausdruck',
    slow: 'Angehalten: der Ausdruck braucht zu lange',
    asText: 'Als Text gesucht: diese Seite erlaubt keinen Worker für Ausdrücke',
    level: 'Stufe',
    levels: {
      all: 'Alle Stufen',
      debug: 'Ab Debug',
      info: 'Ab Information',
      warn: 'Ab Warnung',
      error: 'Nur Fehler',
    },
    source: 'Quelle',
    sources: { all: 'Alle Quellen', build: 'Bau', run: 'Lauf', serve: 'Dienst', setup: 'Einrichtung', task: 'Auftrag' },
    levelWords: { debug: 'Debug', info: 'Info', warn: 'Warnung', error: 'Fehler' },
    wrap: 'Zeilen umbrechen',
    softWrap: 'An Leerzeichen umbrechen',
    timestamps: 'Zeiten anzeigen',
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyRefused: 'Der Browser hat das Kopieren nicht zugelassen',
    download: 'Herunterladen',
    follow: 'Dem Ende folgen',
    more: (count) => `… ${count} weitere`,
    section: 'Abschnitt',
    errors: (count) => `${count} Fehler`,
    warnings: (count, warnings) => `${count} ${warnings === 1 ? 'Warnung' : 'Warnungen'}`,
    nextProblem: (problems) => `${problems}, zum nächsten`,
    problem: (kind, at, count, line, text) =>
      `${kind === 'error' ? 'Fehler' : 'Warnung'} ${at} von ${count}, Zeile ${line}: ${text}`,
    selected: (from, to) => (to === null ? `Zeile ${from} ausgewählt` : `Zeilen ${from} bis ${to} ausgewählt`),
    notKept: (line, first) => `Zeile ${line} ist nicht mehr da (die erste ist ${first})`,
    copyLink: 'Link kopieren',
    linkCopied: 'Link kopiert',
    menu: 'Mehr',
    fullScreen: 'Ganzer Bildschirm',
    foldAll: 'Alle Abschnitte falten oder öffnen',
  },
  runCard: {
    label: 'Lauf',
    logs: 'Protokoll',
    open: 'Öffnen',
    openOf: (label) => `${label} öffnen`,
    resultOf: (label) => `Ergebnis von ${label}`,
  },
  output: {
    label: 'Ergebnis',
    empty: 'Der Lauf hat nichts zurückgegeben.',
    preview: 'Vorschau',
    imageAlt: 'Ergebnis des Laufs',
    ofSeveral: (alt, at, count) => `${alt}, ${at} von ${count}`,
    video: 'Video',
    audio: 'Ton',
    gone: 'Die Datei ist nicht mehr da.',
    expired: 'Der Link ist abgelaufen oder darf nicht geöffnet werden.',
    refused: (status) => `Konnte nicht geladen werden: Der Server hat mit ${status} geantwortet.`,
    unreadable: 'Dieser Browser kann die Datei nicht zeigen.',
    broken: 'Konnte nicht geladen werden. Der Link ist vielleicht abgelaufen.',
    unsafe: 'Nicht gezeigt: es kann Code ausführen.',
    notOpened: 'Adressen dieser Art werden hier nicht geöffnet.',
    tryAgain: 'Erneut versuchen',
    copy: 'Kopieren',
    copied: 'Kopiert',
    copyRefused: 'Der Browser hat das Kopieren nicht zugelassen',
    download: 'Herunterladen',
    open: 'Öffnen',
    enlarge: 'Vergrößern',
    zoom: 'Vergrößerung',
    zoomIn: 'Größer',
    zoomOut: 'Kleiner',
    actualSize: 'Wirkliche Größe',
    fit: 'Einpassen',
    previous: 'Zurück',
    next: 'Weiter',
    close: 'Schließen',
    rest: 'Werte',
    more: (count) => `${count} weitere Zeichen zeigen`,
    footnotes: 'Fußnoten',
    footnoteBack: 'Zurück zum Text',
    circular: 'enthält sich selbst',
    values: (count, values) => `${count} ${values === 1 ? 'Wert' : 'Werte'}`,
  },
  generator: {
    run: 'Starten',
    cancel: 'Abbrechen',
    cancelling: 'Wird abgebrochen…',
    retry: 'Erneut versuchen',
    logs: 'Protokoll',
    output: 'Ergebnis',
    empty: 'Hier erscheint das Ergebnis.',
    imageAlt: 'Ergebnis des Laufs',
    previewAlt: (alt) => `Vorschau: ${alt}`,
    enlarge: 'Vergrößern',
    usual: (time) => `etwa ${time}`,
    changed: 'Seit diesem Lauf geändert',
  },
  generatorForm: {
    loading: 'Eingaben dieser App werden geladen',
    unavailable: (reason) => `Die Eingaben dieser App konnten nicht geladen werden: ${reason}`,
    reload: 'Erneut versuchen',
    unknown: 'Diese App nennt keine Eingaben. Schreiben Sie die Eingabe als JSON.',
    noInput: 'Diese App hat keine Eingaben.',
    required: 'Erforderlich',
    more: (count, changed) => `Weitere Einstellungen (${count})${changed > 0 ? `, ${changed} geändert` : ''}`,
    reset: (label) => `${label} zurücksetzen`,
    add: 'Hinzufügen',
    remove: (item) => `${item} entfernen`,
    moveUp: (item) => `${item} nach oben`,
    moveDown: (item) => `${item} nach unten`,
    item: (number) => `Eintrag ${number}`,
    chooseFile: 'Datei wählen',
    dropFile: 'oder hierher ziehen oder einfügen',
    fileUrl: (label) => `${label}, als Adresse`,
    removeFile: (name) => `${name} entfernen`,
    uploading: 'Dateien werden gesendet',
    lostFile: (name) => `${name} war noch nicht gesendet, als die Seite verlassen wurde. Wählen Sie die Datei erneut.`,
    wrongFile: (accept) => `Dieses Feld nimmt ${accept}.`,
    randomSeed: 'Neuer Zufallswert',
    random: 'Zufällig',
    choose: 'Nicht gesetzt',
    form: 'Formular',
    json: 'JSON',
    view: 'Eingabe anzeigen als',
    examples: 'Beispiele',
    summary: (count) => `${count} Felder sind zu prüfen:`,
    issue: ({ keyword, limit }) => {
      const value = String(limit)
      switch (keyword) {
        case 'required':
          return 'Erforderlich'
        case 'minimum':
          return `Mindestens ${value}`
        case 'maximum':
          return `Höchstens ${value}`
        case 'exclusiveMinimum':
          return `Mehr als ${value}`
        case 'exclusiveMaximum':
          return `Weniger als ${value}`
        case 'multipleOf':
          return `Ein Vielfaches von ${value}`
        case 'minLength':
          return limit === 1 ? 'Erforderlich' : `Mindestens ${value} Zeichen`
        case 'maxLength':
          return `Höchstens ${value} Zeichen`
        case 'minItems':
          return `Mindestens ${value}`
        case 'maxItems':
          return `Höchstens ${value}`
        case 'uniqueItems':
          return 'Jeder Wert nur einmal'
        case 'pattern':
          return `Passt nicht zum Muster ${value}`
        case 'format':
          return `Kein gültiger Wert der Form ${value}`
        case 'type':
          return `Nicht vom Typ ${Array.isArray(limit) ? limit.join(', ') : value}`
        default:
          return 'Kein gültiger Wert'
      }
    },
    notJson: (line) => (line === null ? 'Kein gültiges JSON' : `Kein gültiges JSON, Zeile ${line}`),
    notANumber: 'Keine Zahl',
    notAnObject: 'Die Eingabe ist ein Objekt: { … }',
    notExact: 'Zu groß, um genau gesendet zu werden',
  },
}

export default de
