package figures

import "image/color"

// Okabe-Ito colours.
var (
	black      = color.RGBA{0x22, 0x22, 0x22, 0xff}
	grey       = color.RGBA{0x70, 0x70, 0x70, 0xff}
	light      = color.RGBA{0xe4, 0xe4, 0xe4, 0xff}
	orange     = color.RGBA{0xe6, 0x9f, 0x00, 0xff}
	skyBlue    = color.RGBA{0x56, 0xb4, 0xe9, 0xff}
	green      = color.RGBA{0x00, 0x9e, 0x73, 0xff}
	blue       = color.RGBA{0x00, 0x72, 0xb2, 0xff}
	vermillion = color.RGBA{0xd5, 0x5e, 0x00, 0xff}
	purple     = color.RGBA{0xcc, 0x79, 0xa7, 0xff}
)

// cycle is the order in which series take colours.
var cycle = []color.RGBA{blue, orange, green, vermillion, purple, skyBlue, black}

// tint mixes a colour with white: 0 is white, 1 the colour. Opaque tints look
// the same in every viewer, other than transparency.
func tint(c color.RGBA, share float64) color.RGBA {
	mix := func(x uint8) uint8 { return uint8(255 - share*(255-float64(x)) + 0.5) }
	return color.RGBA{mix(c.R), mix(c.G), mix(c.B), 0xff}
}

// veil is the colour made transparent, for bands that overlap.
func veil(c color.RGBA, share float64) color.NRGBA {
	return color.NRGBA{c.R, c.G, c.B, uint8(255 * share)}
}
