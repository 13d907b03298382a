"""The rows of two gold sentences: "And he said: great peace." and "Thanks to him."."""

SAID = """\
1-2	وقال	_	_	_	_	_	_	_	_
1	و	وَ	CCONJ	CC	_	2	cc	_	_
2	قال	قَال	VERB	VB	Aspect=Perf	0	root	_	_
3	سلام	سَلَام	NOUN	NN	Case=Acc|Number=Sing	2	obj	_	_
4	كبير	كَبِير	ADJ	JJ	Case=Acc	3	amod	_	SpaceAfter=No
5	.	.	PUNCT	.	_	2	punct	_	_
"""
THANKS = """\
1	شكرا	شُكر	NOUN	NN	Case=Acc	0	root	_	_
2-3	له	_	_	_	_	_	_	_	SpaceAfter=No
2	ل	لِ	ADP	IN	_	3	case	_	_
3	ه	هُوَ	PRON	PRP	Case=Gen	1	nmod	_	_
4	.	.	PUNCT	.	_	1	punct	_	_
"""
