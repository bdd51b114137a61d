// Numbers that can be checked by themselves, as the server checks them. It has the last word: where a check
// needs its tables (phones of the world, IBANs by country), this one only knows what is surely wrong.

const SPACING = /[\s.\-/]+/g;

export function isAfm(text: string): boolean {
  const digits = text.replace(SPACING, "").toUpperCase().match(/^(?:EL|GR)?([0-9]{9})$/)?.[1];
  if (digits === undefined || digits === "000000000") return false;
  const sum = [...digits.slice(0, 8)].reduce((total, digit, place) => total + Number(digit) * 2 ** (8 - place), 0);
  return (sum % 11) % 10 === Number(digits[8]);
}

export function isAmka(text: string): boolean {
  const digits = text.replace(SPACING, "");
  return /^[0-9]{11}$/.test(digits) && passesLuhn(digits) && beginsWithDate(digits);
}

export function isIban(text: string): boolean {
  const plain = text.replace(/[\s.\-]+/g, "").toUpperCase();
  if (!/^[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}$/.test(plain)) return false;
  const turned = plain.slice(4) + plain.slice(0, 4);
  const digits = [...turned].map((letter) => parseInt(letter, 36)).join("");
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

export function isGreekPostcode(text: string): boolean {
  return /^[1-8][0-9]{4}$/.test(text.replace(SPACING, ""));
}

export function isGreekPhone(text: string): boolean {
  return /^(?:(?:\+|00)30)?(?:2[0-9]{9}|69[0-9]{8}|[578]0[0-9]{5,9})$/.test(text.replace(/[\s.\-/()]+/g, ""));
}

export function isPhone(text: string): boolean {
  return /^\+[1-9][0-9]{6,14}$/.test(text.replace(/[\s.\-/()]+/g, ""));
}

export function isEmail(text: string): boolean {
  return /^[^\s@<>()[\],;:"]{1,64}@(?:[^\s@.,;:"<>()]{1,63}\.){1,8}[^\s@.,;:"<>()]{2,63}$/.test(text.trim());
}

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const doubled = Number(digit) * (place % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

function beginsWithDate(digits: string): boolean {
  const [day, month, year] = [0, 2, 4].map((place) => Number(digits.slice(place, place + 2))) as [number, number, number];
  return [1900, 2000].some((century) => {
    const date = new Date(Date.UTC(century + year, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  });
}
