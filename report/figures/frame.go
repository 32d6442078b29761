package figures

import (
	"bytes"
	"fmt"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Size of every picture: 700 x 440 px on a forum page, written with twice the
// pixels.
const (
	width  = 7.0 * vg.Inch
	height = 4.4 * vg.Inch
	dpi    = 200
	margin = 0.12 * vg.Inch
)

// Figure is a picture, ready to be written.
type Figure struct {
	Name    string // of the file, without extension; two may have the same
	Title   string
	Caption string // sample size, interval, warnings
	of      string // what it shows, in one word that no other has
	plot    *plot.Plot
	keys    []key
}

// key is an entry of the legend.
type key struct {
	text  string
	color color.Color
	band  bool // an area rather than a line
	dash  bool
}

// within sets the name of something larger before that of the picture.
func (f *Figure) within(name string) {
	f.of, f.Name = name+"\x00"+f.of, fileName(name+"_"+f.Name)
}

func newFigure(name, title, x, y string) *Figure {
	p := plot.New()
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font.Size, axis.Label.TextStyle.Font.Variant = 10, "Sans"
		axis.Label.TextStyle.Color = black
		axis.Label.Padding = 4
		axis.Tick.Label.Font.Size = 9.5
		axis.Tick.Label.Font.Variant = "Sans"
		axis.Tick.Label.Color, axis.Color, axis.Tick.Color = grey, grey, grey
		axis.Tick.Length = 3
		axis.Padding = 4
	}
	p.BackgroundColor = color.White
	return &Figure{Name: fileName(name), of: name, Title: title, plot: p}
}

func style(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color: c, Font: font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size),
		Handler: plot.DefaultTextHandler, XAlign: draw.XLeft, YAlign: draw.YTop,
	}
}

func (f *Figure) key(k key) { f.keys = append(f.keys, k) }

// PNG gives the picture's bytes.
func (f *Figure) PNG() ([]byte, error) {
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figures: %s: %w", f.Name, err)
	}
	return b.Bytes(), nil
}

// SVG gives the picture as vectors.
func (f *Figure) SVG() ([]byte, error) {
	c := vgsvg.New(width, height)
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("figures: %s: %w", f.Name, err)
	}
	return b.Bytes(), nil
}

// draw lays title, legend, plot and caption out from top to bottom.
func (f *Figure) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	bold := style(13, black)
	bold.Font.Weight = 3 // bold, as golang.org/x/image/font counts
	y := c.Max.Y
	for _, line := range wrap(f.Title, bold, c.Size().X) {
		c.FillText(bold, vg.Point{X: c.Min.X, Y: y}, line)
		y -= bold.Height(line) + 3
	}
	y -= 3
	y = f.drawKeys(c, y)
	small := style(8.5, grey)
	lines := wrap(f.Caption, small, c.Size().X)
	lineHeight := small.Height("Xg") + 2
	bottom := c.Min.Y + vg.Length(len(lines))*lineHeight
	for i, line := range lines {
		c.FillText(small, vg.Point{X: c.Min.X, Y: bottom - vg.Length(i)*lineHeight}, line)
	}
	f.plot.Draw(draw.Crop(c, 0, -0.05*vg.Inch, bottom-c.Min.Y+6, y-c.Max.Y-4))
}

// drawKeys sets the legend in rows and gives the height below it.
func (f *Figure) drawKeys(c draw.Canvas, y vg.Length) vg.Length {
	if len(f.keys) == 0 {
		return y
	}
	s := style(9.5, black)
	s.YAlign = draw.YCenter
	const swatch, row = 18, 14
	x := c.Min.X
	y -= row / 2
	for _, k := range f.keys {
		need := swatch + 5 + s.Width(k.text) + 14
		if x > c.Min.X && x+need-14 > c.Max.X {
			x, y = c.Min.X, y-row
		}
		k.draw(c, x, y-1, swatch)
		c.FillText(s, vg.Point{X: x + swatch + 5, Y: y}, k.text)
		x += need
	}
	return y - row/2
}

func (k key) draw(c draw.Canvas, x, y, width vg.Length) {
	if k.band {
		c.SetColor(k.color)
		c.Fill(vg.Rectangle{Min: vg.Point{X: x, Y: y - 4}, Max: vg.Point{X: x + width, Y: y + 4}}.Path())
		return
	}
	line := draw.LineStyle{Color: k.color, Width: 2}
	if k.dash {
		line.Dashes = dashes
	}
	c.StrokeLine2(line, x, y, x+width, y)
}

var dashes = []vg.Length{5, 3}

// wrap breaks text into lines that fit a width.
func wrap(text string, s text.Style, width vg.Length) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && s.Width(longer) > width {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
