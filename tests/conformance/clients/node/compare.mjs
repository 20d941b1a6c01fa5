// Whether an answer holds what a step expects: the rules of ../README.md.

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;

function isDefault(value) {
  if (value === undefined || value === null || value === '' || value === 0 || value === '0' || value === false) return true;
  if (typeof value === 'string') return value.endsWith('_UNSPECIFIED');
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function sameText(expected, actual) {
  if (actual === undefined || actual === null || typeof actual === 'object') return false;
  if (TIME.test(expected) && TIME.test(actual)) return Date.parse(expected) === Date.parse(actual);
  if (String(expected) === String(actual)) return true;
  const number = Number(expected);
  return String(expected).trim() !== '' && !Number.isNaN(number) && typeof actual !== 'boolean' && number === Number(actual);
}

function listDifference(expected, actual = [], path) {
  if (!Array.isArray(actual) || actual.length !== expected.length) {
    return `${path} has not ${expected.length} elements: ${JSON.stringify(actual)}`;
  }
  return firstOf(expected.map((value, index) => () => difference(value, actual[index], `${path}[${index}]`)));
}

function objectDifference(expected, actual, path) {
  if (typeof actual !== 'object' || actual === null) {
    if (Object.keys(expected).length === 0 && isDefault(actual)) return undefined;
    return `${path} is no object: ${JSON.stringify(actual)}`;
  }
  return firstOf(Object.keys(expected).map((key) => () => difference(expected[key], actual[key], path ? `${path}.${key}` : key)));
}

function firstOf(checks) {
  for (const check of checks) {
    const found = check();
    if (found) return found;
  }
  return undefined;
}

/** What differs, for people; undefined if nothing does. */
export function difference(expected, actual, path = '') {
  const shown = JSON.stringify(actual);
  if (expected === null) return isDefault(actual) ? undefined : `${path} is set: ${shown}`;
  if (Array.isArray(expected)) return listDifference(expected, actual, path);
  if (typeof expected === 'object') return objectDifference(expected, actual, path);
  if (expected === '*') return isDefault(actual) ? `${path} is not set` : undefined;
  if (typeof expected === 'string' && expected.startsWith('!')) {
    return isDefault(actual) || sameText(expected.slice(1), actual) ? `${path} is ${shown}, which it should not be` : undefined;
  }
  if (typeof expected === 'string' && expected.startsWith('^')) {
    const begins = typeof actual === 'string' && actual.startsWith(expected.slice(1));
    return begins ? undefined : `${path} is ${shown}, which does not begin with ${JSON.stringify(expected.slice(1))}`;
  }
  return sameText(expected, actual) ? undefined : `${path} is ${shown}, not ${JSON.stringify(expected)}`;
}
