// Package page writes report.html: one file with everything in it, which opens
// offline and asks the network for nothing; its Content-Security-Policy says
// so. Text, tables and diagrams are made here and read without scripts; charts
// are drawn in the browser by uPlot from the data within the page.
//
// A page is a document (title, body, data for the charts). Blocks of the body,
// tables of measures, diagrams and charts, are templates of their own, for other
// pages to use.
package page
