"""Chromium's own accessibility tree of a part of a page, as lines that can be read and compared.

Each line is one thing that a screen reader tells: its role, its name in quotes, and its state. Plain text is joined
into the paragraph, list item or other box that holds it, its pieces separated by " | ".
"""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import CDPSession, Page

Node = dict[str, Any]
CONTROLS = {"radio", "checkbox", "textbox", "combobox", "option", "button", "link", "spinbutton", "slider"}
NAMED = CONTROLS | {"group", "heading", "image", "img", "region", "article", "DisclosureTriangle", "alert"}
BOXES = {"paragraph": "text", "listitem": "item", "blockquote": "quote", "Figcaption": "caption", "status": "status"}
SILENT = {"LabelText", "InlineTextBox", "ListMarker", "Legend"}


def outline(page: Page, selector: str) -> str:
    """Return the tree of the first element that matches."""
    session = page.context.new_cdp_session(page)
    try:
        nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
        wanted = _backend_id(session, selector)
        root = next(node for node in nodes.values() if node.get("backendDOMNodeId") == wanted)
        return "\n".join(_lines(root, nodes, 0))
    finally:
        session.detach()


def _backend_id(session: CDPSession, selector: str) -> int:
    document = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    found = session.send("DOM.querySelector", {"nodeId": document, "selector": selector})["nodeId"]
    return int(session.send("DOM.describeNode", {"nodeId": found})["node"]["backendNodeId"])


def _role(node: Node) -> str:
    return "ignored" if node.get("ignored") else str(node["role"]["value"])


def _children(node: Node, nodes: dict[str, Node]) -> list[Node]:
    return [nodes[key] for key in node.get("childIds", ()) if key in nodes]


def _lines(node: Node, nodes: dict[str, Node], depth: int) -> Iterator[str]:
    role = _role(node)
    if role in SILENT or (role == "group" and not node["name"]["value"]):  # a folded text is a group without a name
        yield from _inner(node, nodes, depth, None if role == "group" else NAMED)
        return
    if role in NAMED:
        yield "  " * depth + _told(node, nodes, role)
        if role not in CONTROLS - {"combobox"}:
            yield from _inner(node, nodes, depth + 1, None if role != "heading" else set())
        return
    if role in BOXES:
        text = _text(node, nodes)
        if text or role != "paragraph":
            yield f"{'  ' * depth}{BOXES[role]}: {text}".rstrip()
        yield from _inner(node, nodes, depth + 1, NAMED)
        return
    if role == "StaticText" and node["name"]["value"].strip():
        yield "  " * depth + f"text: {' '.join(node['name']['value'].split())}"
        return
    yield from _inner(node, nodes, depth, None)


def _inner(node: Node, nodes: dict[str, Node], depth: int, only: set[str] | None) -> Iterator[str]:
    """Return the lines of what stands inside. only: no other roles, however deep they stand."""
    for child in _children(node, nodes):
        if only is None or _role(child) in only or _role(child) in BOXES:
            yield from _lines(child, nodes, depth)
        else:
            yield from _inner(child, nodes, depth, only)


def _text(node: Node, nodes: dict[str, Node]) -> str:
    """Return the plain text of a box. The words of a label are its control's name, where that can be seen."""
    hidden = set() if _holds(node, nodes, CONTROLS - {"button", "link"}) else {"LabelText"}
    pieces = []
    for child in _children(node, nodes):
        if _role(child) == "StaticText":
            pieces.append(" ".join(child["name"]["value"].split()))
        elif _role(child) not in (NAMED | set(BOXES) | SILENT) - hidden:
            pieces.append(_text(child, nodes))
    return " | ".join(piece for piece in pieces if piece)


def _holds(node: Node, nodes: dict[str, Node], roles: set[str]) -> bool:
    return _role(node) in roles or any(_holds(child, nodes, roles) for child in _children(node, nodes))


def _told(node: Node, nodes: dict[str, Node], role: str) -> str:
    state = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    words = [role, *([str(state["level"])] if role == "heading" else []), f'"{node["name"]["value"]}"']
    words += [word for word, name in STATES.items() if str(state.get(name)).lower() == "true"]
    value = str(node.get("value", {}).get("value", ""))
    if role in {"textbox", "combobox"}:
        words.append(f'= "{value}"')
    about = node.get("description", {}).get("value")
    return " ".join(words) + (f" ({about})" if about else "")


STATES = {"chosen": "checked", "selected": "selected", "wrong": "invalid", "open": "expanded", "dimmed": "disabled"}


def controls(tree: str) -> list[str]:
    """Return the controls of a tree, each with the group it stands in: what must differ from every other."""
    found, groups = [], []
    for line in tree.splitlines():
        depth = len(line) - len(line.lstrip())
        groups = [(at, name) for at, name in groups if at < depth]
        role = line.split()[0]
        if role == "group":
            groups.append((depth, line.strip()))
        elif role in CONTROLS - {"option"}:
            name = line.strip().split(' = "')[0].removesuffix(" chosen")
            found.append(f"{groups[-1][1] if groups else ''} / {name}")
    return found
