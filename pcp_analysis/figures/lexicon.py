"""The words of a claim, each with its kind, its meaning and how it is written; `words` finds them in a text."""

from __future__ import annotations

# Verbs of everyday language that say a direction in each of their forms (the infinitive is an aim): as many as a leader has.
_UP = (
    "accelerate balloon bounce_back burgeon double escalate intensify mount mushroom multiply outpace outstrip proliferate "
    "ramp_up rebound rocket skyrocket snowball soar spiral strengthen surge swell tick_up inch_up nudge_up edge_upwards creep_up "
    "edge_higher inch_higher nudge_higher trend_up trend_upwards"
)
_DOWN = (
    "abate collapse crash crumble diminish disappear dissipate dry_up dwindle ebb ease evaporate fade fall_away fall_off lessen "
    "nosedive peter_out plateau_down plummet plunge recede retreat shrivel slacken slide slow slump subside tail_off taper "
    "taper_off thin_out tick_down inch_down nudge_down edge_downwards edge_lower inch_lower tumble vanish wane weaken wither "
    "trend_down trend_downwards"
)
_SAME = "flatten flatten_out level_off level_out plateau steady stagnate"


def _forms(verbs: str) -> str:
    """The forms of regular verbs but for the infinitive, as a pattern; an underscore parts a verb from its particle."""
    patterns = []
    for verb in verbs.split():
        stem, _, particle = verb.partition("_")
        if stem.endswith("e"):
            forms = rf"{stem[:-1]}(?:es|ed|ing)"
        elif stem.endswith("y"):
            forms = rf"{stem[:-1]}(?:ies|ied|ying)"
        else:
            forms = rf"{stem}{stem[-1]}?(?:s|ed|ing)"
        patterns.append(rf"{forms} {particle.replace('_', ' ')}" if particle else forms)
    return "|".join(patterns)


#: Every word of a claim: kind, meaning, and how it is written. The paper check's words of direction are among them.
LEXICON: tuple[tuple[str, str, str], ...] = (
    (
        "direction",
        "up",
        r"crept (?:back |right )?up(?:wards?)?|(?:an? |sharp |steep )?(?:uptick|upturn|upswing|upsurge)s?|explod(?:ed|es|ing)|through the roof|inched ahead",
    ),
    ("direction", "down", r"(?:an? |sharp |steep )?(?:downturn|downswing|downtick)s?|crept (?:back )?down(?:wards?)?"),
    (
        "size",
        "~",
        r"(?:head(?:ed|s|ing)|mov(?:ed|es|ing)|go(?:es|ing)) (?:in|the) (?:the )?(?:right|wrong) (?:direction|way)|(?:dis|en)couraging(?! (?:the|people|victims|more|others))|"
        r"buck(?:ed|s|ing) the (?:national )?trend|(?:nearly |almost )?double the (?:number|rate|level)|(?:has|have|had) recovered|recovered to|"
        r"(?:almost |all but )?(?:wiped out|eliminated|eradicated)|(?:under|over|below|above) last (?:year|month|quarter)['’]s (?:figure|number|level|total)",
    ),
    ("record", "low", r"rock bottom"),
    ("record", "high", r"(?:broke|broken|breaks|breaking) (?:all )?records?|new heights|record-breaking"),
    ("rank", "place", r"(?:the )?(?:safest|most dangerous)|bottom of the (?:table|league)|top of the (?:table|league)"),
    ("promise", "met", r"(?<=is )(?:safe|secure|in sight|within reach|in the bag)|(?<=looks )(?:safe|secure|likely)"),
    ("promise", "missed", r"in (?:jeopardy|danger|doubt)|(?<=is )at risk|beyond reach|slipping away"),
    ("direction", "up", _forms(_UP) + r"|on the (?:up|increase|march)|overtaken|slid up"),
    (
        "direction",
        "down",
        _forms(_DOWN) + r"|on the (?:slide|wane|decline|ebb|retreat)|slid|fell away|fell off|shrinks?|shrinking",
    ),
    ("direction", "same", _forms(_SAME) + r"|(?:held|holds|holding) (?:steady|firm|up)|static|no change"),
    (
        "direction",
        "up",
        r"(?:running )?(?:well |far )?ahead of (?:last year|the year before|the same \w+)|stronger(?=.* than)|better than (?:it|they) (?:was|were)",
    ),
    ("direction", "down", r"(?:well |far )?behind (?:last year|the year before)|weaker(?=.* than)"),
    ("size", "1", r"twice (?:as (?:many|much|high)|what|the (?:number|rate|level))|twofold|two-fold|two times"),
    ("size", "2", r"three times|threefold|three-fold|treble(?= what)"),
    (
        "size",
        "~",
        r"(?:four|five|six|seven|eight|nine|ten|several|many) times(?= (?:what|as|the|more))|(?:remain(?:s|ed)?|stay(?:s|ed)?) (?:\w+ly )?(?:high|low)|"
        r"worsen(?:s|ed|ing)|deteriorat(?:es|ed|ing)|back (?:where|to where) (?:it|they) (?:was|were)|back (?:at|to) (?:the )?levels?|"
        r"out of (?:control|hand)|under control",
    ),
    ("record", "low", r"never (?:had|seen|recorded|counted) (?:so )?few(?:er)?|(?:\w+|\d+)-(?:year|month) lows?"),
    ("record", "high", r"never (?:had|seen|recorded|counted) (?:so )?(?:many|more)|(?:\w+|\d+)-(?:year|month) highs?"),
    ("record", "best", r"(?:the )?(?:best|worst) (?:it|they) ha(?:s|ve) (?:ever )?been"),
    (
        "promise",
        "missed",
        r"overshot|overshoots|over (?:its|the|their) (?:target|milestone|promise)|outside (?:its|the|their) (?:target|milestone|promise)",
    ),
    ("promise", "met", r"(?:inside|within) (?:its|the|their) (?:target|milestone|promise)"),
    (
        "promise",
        "missed",
        r"missed|missing|misses|(?:narrowly )?failed|fall(?:en|s)? short|fell short|out of reach|being broken|"
        r"off course|off track|behind (?:plan|schedule|target|its target|the (?=\{|target|promise))",
    ),
    (
        "promise",
        "met",
        r"(?<!be )(?<!being )met(?! by)|meets|(?:kept|keeps) (?:its|the|their) promise|beat(?:s|ing)?|achieved|smashed|"
        r"(?:been )?delivered|(?<=is )on (?:course|track)|(?<=are )on (?:course|track)|(?<=remains )on (?:course|track)|"
        r"ahead of (?:plan|schedule|target|its target|the (?=\{|target|promise))|exceeds?(?= what the plan)",
    ),
    (
        "significance",
        "yes",
        r"(?:statistically )?significan(?:t|tly)|statistically real|(?:beyond|(?<!no )more than) chance",
    ),
    (
        "significance",
        "no",
        r"insignificant(?:ly)?|no more than chance|can be chance|within the margin of error|statistically there is no difference",
    ),
    (
        "record",
        "low",
        r"(?:lowest|fewest)(?! year['’])|record lows?|all-time lows?|new lows?|never (?:been|before been) (?:so )?(?:low|lower|few)|"
        r"bottomed out|(?<!at )least(?=,| of|$)|no previous \w+ saw so few",
    ),
    (
        "record",
        "high",
        r"highest|record (?:highs?|levels?)|all-time highs?|new highs?|peak(?:ed|s)|a peak|unprecedented|worst(?= (?:year|month|quarter|in|on))|"
        r"never (?:been|before been) (?:so )?(?:high|higher|many)|largest",
    ),
    ("record", "best", r"best(?= (?:quarter|month|year|on record)\b)|never before had|(?<=second )best on record"),
    (
        "rank",
        "first",
        r"best(?= in (?:the|our|its)\b)|on top|comes? top|leads the (?:country|nation|region)|outperform(?:ed|s|ing)|second to none|in the top (?:band|group)",
    ),
    ("rank", "ahead", r"(?<=ranks )ahead|(?<=ranked )ahead"),
    ("rank", "behind", r"(?<=ranks )behind|(?<=ranked )behind|lags? behind|trails"),
    (
        "rank",
        "place",
        r"ranks? (?:first|second|third|fourth|fifth|last)|(?:first|second|third|fourth|last) (?:position|place)(?: nationally)?|"
        r"comes? (?:second|third|last)|just below average|below average|above average",
    ),
    ("size", "-1/2", r"halved|halving"),
    ("size", "1", r"doubled"),
    ("size", "2", r"trebled|tripled"),
    (
        "size",
        "~",
        r"all but vanished|(?<!at )most(?= (?:of (?:the|those|these)|victims|people|residents|respondents|cases|crimes|offences)\b)|"
        r"(?:a|one|two|three)[ -](?:thirds?|quarters?|fifths?|sixths?|tenths?|hundredths?)(?! of (?:the year|growth|decline))|half(?= (?:of|as|in)\b)|"
        r"(?:fewer|less|more) than half|(?<=by )half",
    ),
    (
        "direction",
        "up",
        r"rose|risen|rising|rises|(?<=not )(?:rise|increase|grow)|increas(?:ed|ing|es)|(?<!to )increases?|grew|grown|grows|growth|climb(?:ed|s|ing)|climb(?= (?:in|of)\b)|leap(?:t|ed)|spik(?:ed|ing)|rocketed|shot up|swelled|jump(?:ed|s)?|"
        r"surged?|soared|(?:went|gone|going|goes|(?<=not )go|creeping|edged|edging|pick(?:ed)?|stepp?(?:ed)?|crept|move[sd]?|brought \w+) up|"
        r"(?:is|are|was|were|stands?) (?:\w+ly )?up|up(?= by)|(?<=, )up(?= \{)|up went|on the rise|(?<!over )rises?(?= of| in)|upward|"
        r"higher|(?<!and )more(?! than (?:chance|half|an? (?:third|quarter|fifth|sixth|tenth)|doubled|halved|two))|larger|bigger|"
        r"(?:gained|gaining) ground|(?:slightly )?above(?! all)|improv(?:ed|ing)(?! (?:the|our|how)\b)|better(?=.* than)|overtook|widened|had risen|outnumber(?:ed|s)?",
    ),
    (
        "direction",
        "down",
        r"fell|fallen|falling|(?<=not )(?:fall|drop|decrease|decline)|falls(?! (?:to|in|on) (?:the|a|local|october))|dropp(?:ed|ing)|drops?(?= (?:of|in)\b)|declin(?:ed|es|ing)|declines?(?= (?:of|in|for)\b)|"
        r"decreas(?:ed|es|ing)|decrease|reduc(?:ed|es|ing)|reductions?|dipp?(?:ed|s)|(?:went|gone|going|goes|(?<=not )go|come|came|edged|driven|scaled back) down|"
        r"(?:is|are|was|were|stands?) (?:\w+ly )?down|down(?= by)|(?<=, )down(?= \{)|down went|lower|fewer(?! than half)|less(?! than (?:chance|half))|"
        r"shrank|shrunk|slipped|sank|sunk|eased|narrowed|(?:lost|losing) ground|(?:been )?cut(?= by)|smaller|(?:slightly )?below(?! average)|"
        r"dwindl(?:ed|es|ing)|plummet(?:ed|ing|s)|plung(?:ed|ing|es)|tumbl(?:ed|ing|es)|slump(?:ed|s|ing)|slashed|collapsed|waned|subsided|scaled back|downward|worse(?=.* than)|fall(?= of| in\b)|vanished",
    ),
    (
        "direction",
        "same",
        r"unchanged|stable|(?:stayed|remain(?:ed|s)|stands?) (?:level|exactly where it was|where it was|the same|flat)|no difference",
    ),
)
#: The stems of the words of direction, by which a claim of a Board paper names its own: ``reduc`` of ``significantly reducing``.
STEMS = (
    *("increase", "increasing", "higher", "rise", "rose", "risen", "grew", "growing", "climb", "up", "more"),
    *("lower", "reduc", "fewer", "fall", "fell", "drop", "declin", "decreas", "down", "less"),
)
