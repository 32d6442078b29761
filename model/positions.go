package model

// pageSize is how many positions are copied before the first of them is
// changed.
const pageSize = 16

type page [pageSize]position

// positions is the list of an epoch's positions, in the order in which they
// came. Copies share the pages that neither changes, and the table of them
// until the first change: a change costs the copy of one page, and the first
// of a copy that of the table, eight bytes a page.
type positions struct {
	n     int
	pages []*page
	table bool    // whether pages is this list's own
	from  []*page // what it was copied from then
	own   []int32 // pages that are this list's own
	mine  bitset  // the same, by page
	spare []*page // to be used again
}

// at returns a position for reading.
func (p *positions) at(slot int32) *position {
	return &p.pages[slot/pageSize][slot%pageSize]
}

// edit returns a position for writing.
func (p *positions) edit(slot int32) *position {
	i := slot / pageSize
	if !p.mine.has(int(i)) {
		p.copyPage(i)
	}
	return &p.pages[i][slot%pageSize]
}

func (p *positions) copyPage(i int32) {
	p.ownTable()
	c := p.newPage()
	*c = *p.pages[i]
	p.pages[i] = c
	p.take(i)
}

func (p *positions) newPage() *page {
	if last := len(p.spare) - 1; last >= 0 {
		c := p.spare[last]
		p.spare = p.spare[:last]
		return c
	}
	return new(page)
}

func (p *positions) take(i int32) {
	p.own = append(p.own, i)
	p.mine.set(int(i))
}

// ownTable copies the table of pages if it is shared.
func (p *positions) ownTable() {
	if !p.table {
		p.table, p.from = true, p.pages
		p.pages = append(make([]*page, 0, len(p.pages)+1), p.pages...)
	}
}

// push adds a position at the end.
func (p *positions) push(x position) int32 {
	slot := int32(p.n)
	if slot%pageSize == 0 && int(slot/pageSize) == len(p.pages) {
		p.ownTable()
		p.pages = append(p.pages, p.newPage())
		p.take(slot / pageSize)
	}
	p.n++
	*p.edit(slot) = x
	return slot
}

// pop removes the last position.
func (p *positions) pop() { p.n-- }

// copyTo makes c a copy of the list, with the memory that c has. The list is
// only read if it was copied before and not changed since.
func (p *positions) copyTo(c *positions) {
	if p.table {
		// What was its own is shared from now on.
		p.own, p.mine, p.table, p.from = nil, nil, false, nil
		p.pages = p.pages[:len(p.pages):len(p.pages)]
	}
	back := c.table && sameTable(c.from, p.pages)
	for _, i := range c.own {
		c.mine.clear(int(i))
		c.spare = append(c.spare, c.pages[i])
		if back && int(i) < len(p.pages) {
			c.pages[i] = p.pages[i]
		}
	}
	if back {
		c.pages = c.pages[:len(p.pages)]
	} else {
		c.pages, c.table, c.from = p.pages, false, nil
	}
	c.own, c.n = c.own[:0], p.n
}

// sameTable reports whether two tables are one and the same.
func sameTable(a, b []*page) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
