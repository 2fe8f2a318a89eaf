"""Reports of upgrades without what is another in each run or on each machine: `steady.py REPORT` prints one.

`--silent REPORT` fails unless nothing was found, `--count REPORT` says in a line what was.
"""

import json
import platform
import re
import sys
from collections import Counter

# What SDKs tell of the machine, the longest first.
MACHINE = {
    platform.platform(): "PLATFORM",
    " ".join(platform.uname()): "UNAME",
    f"os/{platform.system().lower()}#{platform.release()}": "os/OS",
    f"md/arch#{platform.machine()}": "md/arch#ARCH",
    platform.release(): "RELEASE",
    platform.python_version(): "PYTHON",
}


def rounded(found):
    return f"{float(found[1]):.1f} s"


def within(found):
    """How long it took to give up: where waits are drawn, any time below a quarter of a minute."""
    return found[0] if found[1] and float(found[1]) > 15 else "within SECONDS"


def steadied(text):
    for said, name in MACHINE.items():
        text = text.replace(said, name)
    text = re.sub(r'"uname": "[^"]*("}$)?', '"uname": "UNAME', text)
    text = re.sub(r"\bPython-urllib/\d+\.\d+", "Python-urllib/PYTHON", text)
    # One SDK tells the features that it used, in the order of a set; another draws an id for each machine.
    text = re.sub(r"\bm/\w(,\w)*", "m/FEATURES", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "ID", text)
    text = re.sub(r"\bat \d+\.\d{3} s", "at TIME", text)
    # Waits before another try are drawn, and those of a library that doubles them are drawn as well.
    text = re.sub(r"\d+\.\d{3} s(, then \d+\.\d{3} s)+", "WAITS", text)
    text = re.sub(r"within (?:(\d+(?:\.\d+)?) s|a second)\b", within, text)
    return re.sub(r"\b(\d+\.\d{3}) s\b", rounded, text)


def steady(value, name=None):
    match value:
        case dict():
            # How much was compared grows with every new rule.
            return {key: steady(inner, key) for key, inner in value.items() if key != "checks"}
        case list():
            # Several requests may look alike now.
            steadied_all = [steady(inner) for inner in value]
            return list(dict.fromkeys(steadied_all)) if name == "is" or name == "was" else steadied_all
        case str():
            return steadied(value)
    return value


def report(path):
    with open(path) as file:
        return json.load(file)


def told(finding):
    return f"{finding['severity']} {finding['rule']} {finding['operation']}: {finding['message']}"


match sys.argv[1:]:
    case ["--silent", path]:
        found = report(path)["findings"]
        for finding in found:
            print(told(finding))
        sys.exit(1 if found or report(path)["verdict"] != "agreed" else 0)
    case ["--count", path]:
        counts = Counter(finding["rule"] for finding in report(path)["findings"])
        print(", ".join(f"{count} {rule}" for rule, count in sorted(counts.items())) or "nothing has changed")
    case [path]:
        print(json.dumps(steady(report(path)), indent=2, ensure_ascii=False))
