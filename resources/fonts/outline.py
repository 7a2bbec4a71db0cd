"""Copies Inter, which has cubic outlines (.otf), as InterS with quadratic ones (.ttf): outline.py FROM TO

Qt darkens the stems of cubic fonts and blends them with a gamma, which makes small light text on dark ground look a
weight heavier than it is. Quadratic fonts are drawn as they are.
"""

import sys

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

MAX_ERROR = 1.0  # Units of the em square (2,048 or 2,816): far below a pixel.


def main(source, target):
    font = TTFont(source)
    glyphs = font.getGlyphSet()
    table = newTable("glyf")
    table.glyphOrder = font.getGlyphOrder()
    table.glyphs = {}
    for name in table.glyphOrder:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        table.glyphs[name] = pen.glyph()
    del font["CFF "]
    if "VORG" in font:
        del font["VORG"]
    font["loca"] = newTable("loca")
    font["glyf"] = table
    font["hmtx"].metrics = {
        name: (width, table.glyphs[name].xMin if hasattr(table.glyphs[name], "xMin") else 0)
        for name, (width, _) in font["hmtx"].metrics.items()
    }
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
                  "maxStackElements", "maxSizeOfInstructions", "maxComponentElements", "maxPoints", "maxContours",
                  "maxCompositePoints", "maxCompositeContours", "maxComponentDepth"):
        setattr(limits, field, 1 if field == "maxZones" else 0)
    limits.maxComponentElements = 0
    post = font["post"]
    post.formatType = 3.0
    for record in font["name"].names:
        # Another family, so that it is not mistaken for the system's font.
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = record.toUnicode().replace("Inter", "InterS", 1)
    font.sfntVersion = "\x00\x01\x00\x00"
    font.save(target)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
