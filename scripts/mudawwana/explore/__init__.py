"""A data set and a pattern go in, what it finds comes out: as SQL, as rows, on a page.

attributes.py     what a pattern may ask of a word: the columns of `tokens`
expressions.py    the values of a pattern: regular expressions that Python, SQL and browsers read alike
query.py          a pattern as text -> what it asks
sql.py            what it asks -> one SQL statement over `tokens`
database.py       the corpus's Parquet in DuckDB
hits.py           the hits of a pattern: concordance, frequencies, collocates, distribution
listing.py        all hits as a table for the terminal
overview.py       what the page's first view shows
sentences.py      one sentence with its CoNLL-U and raw text
app.py            the local page
static_export.py  the same page as files for any static host
page/             HTML, CSS and JavaScript modules
"""
