"""What is searched for: words of every class, over the generated names and the sample shop's."""

CLASSES = {
    "absent": ["qqxzvj", "zzkwpf", "xjqvvk", "wqzzpx", "vxkjqq", "jzxqwv", "kqvxzz", "pxqzjw"],
    # In the sample shop only: two to six products, whatever the size.
    "rare": ["osterby", "fjellmark", "tindlewood", "bramwick", "umbrex", "glowbury", "wexholm", "wildflower"],
    # In two to fifteen of a hundred names.
    "common": ["laptop", "wireless", "series", "pack", "monitor", "premium", "norvik", "edition"],
    "two": [
        *("norvik laptop", "wireless mouse", "black sofa", "coffee maker"),
        *("compact keyboard", "gaming chair", "vintage desk", "halden monitor"),
    ],
    "prefix": ["lapt", "wirel", "keyb", "monit", "head", "smart", "refurb", "sof"],
}
# Of another word the first letter has been typed.
TYPED = ["wireless m", "black s", "coffee m", "gaming c", "norvik l", "vintage d", "halden m", "norvik laptop s"]
# Only the project offers what is spelled nearly so; the others find nothing.
MISSPELT = ["labtop", "keybord", "headfones", "moniter", "soffa", "cofee maker", "smartphnoe", "wireles mause"]

# Here "a word of the name, or the beginning of one" and "anywhere in the name" mean the same.
UNAMBIGUOUS = ["qqxzvj", "osterby", "wildflower", "laptop", "wireless", "norvik", "norvik laptop", "coffee maker"]

# Category and word: common in it, rare in it, not in it, and a small category.
IN_CATEGORY = [
    *(("electronics", "laptop"), ("electronics", "wireless"), ("laptops", "norvik"), ("furniture", "sofa")),
    *(("kitchen", "black"), ("electronics", "sofa"), ("pet-supplies", "cat"), ("audio", "portable head")),
]

# For words that are searched for in a category.
SLUGS = ["electronics", "laptops", "furniture", "kitchen", "audio", "pet-supplies", "gaming", "books"]


def rotated() -> list[str]:
    """All classes in turn: the first of each, the second of each, …"""
    return [word for turn in zip(*CLASSES.values(), strict=True) for word in turn]
