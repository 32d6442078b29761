package history

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// errDecimalComma: "1,234" may be one and a bit, or more than a thousand.
var errDecimalComma = errors.New("a comma that may be a decimal or a thousands separator")

var (
	errNotNumber = errors.New("not a number")
	errNotFinite = errors.New("a price is positive and finite")
)

// unpriced are the ways in which exports write that there is no price.
var unpriced = map[string]bool{
	"": true, "null": true, "nan": true, "none": true, "na": true, "n/a": true, "#n/a": true, "-": true, "nil": true,
}

// parsePrice reads a price cell: plain or scientific, with or without a currency
// sign, thousands separators, or a decimal comma. ok is false for a cell that
// says that there is no price.
func parsePrice(cell string) (price float64, ok bool, err error) {
	text := strings.TrimSpace(cell)
	if unpriced[strings.ToLower(text)] {
		return math.NaN(), false, nil
	}
	text = strings.TrimSpace(strings.TrimLeft(text, "$€£"))
	if strings.ContainsRune(text, ',') {
		if text, err = plainDecimal(text); err != nil {
			return 0, false, err
		}
	}
	price, err = parsePlain(text)
	if err == nil && !(price > 0 && price < 1e300) {
		err = errNotFinite
	}
	return price, err == nil, err
}

// parsePlain is strconv.ParseFloat without hexadecimal, infinities and the like.
func parsePlain(text string) (float64, error) {
	for i := 0; i < len(text); i++ {
		if c := text[i]; (c < '0' || c > '9') && !strings.ContainsRune(".eE+-", rune(c)) {
			return 0, errNotNumber
		}
	}
	value, err := strconv.ParseFloat(text, 64)
	if errors.Is(err, strconv.ErrSyntax) {
		return 0, errNotNumber
	}
	if err != nil {
		return 0, errNotFinite
	}
	return value, nil
}

// plainDecimal rewrites a number that has commas to one with a decimal point.
func plainDecimal(text string) (string, error) {
	lastComma, lastDot := strings.LastIndexByte(text, ','), strings.LastIndexByte(text, '.')
	switch {
	case lastDot > lastComma: // 1,234.56
		return grouped(text[:lastDot], ",", text[lastDot:])
	case lastDot >= 0: // 1.234,56
		return grouped(text[:lastComma], ".", "."+text[lastComma+1:])
	case strings.Count(text, ",") > 1: // 1,234,567
		return grouped(text, ",", "")
	case len(text)-lastComma-1 != 3: // 1234,5678
		return text[:lastComma] + "." + text[lastComma+1:], nil
	}
	return "", errDecimalComma
}

// grouped removes the separators of thousands, which must stand three digits apart.
func grouped(whole, separator, rest string) (string, error) {
	parts := strings.Split(whole, separator)
	for i, p := range parts {
		if len(p) != 3 && (i > 0 || len(p) == 0 || len(p) > 3) {
			return "", errNotNumber
		}
	}
	return strings.Join(parts, "") + rest, nil
}
