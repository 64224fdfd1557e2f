"""Run with mutmut's environment: a sample of a room's mutants as JSON.

`planting.py <files as JSON> <sample> <seed>`. Only mutmut's mutations are used: its runner expects
packages below `src/` and a copy of the tree, and runs no test in a process of its own.
"""

import ast
import difflib
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from libcst import Arg, ClassDef, CSTNode, Module, Name
from mutmut.mutation.file_mutation import Mutation, create_mutations, deep_replace

_BASES = {"GlobalSecondaryIndex", "Model"}


def main() -> None:
    files, sample, seed = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    every: list[tuple[str, Module, Mutation]] = []
    for path in files:
        module, mutations, *_ = create_mutations(path, Path(path).read_text())
        rows = row_nodes(module)
        every += [(path, module, one) for one in mutations if id(one.original_node) not in rows]
    chosen = random.Random(seed).sample(every, min(sample, len(every)))  # noqa: S311
    mutants = [described(*mutant) for mutant in chosen]
    json.dump({"every": len(every), "mutants": mutants}, sys.stdout)


def function_begins(source: str, line: int) -> int:
    """The first line of the innermost function with that line; 0 if only the import runs it."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    bodies = [(node.body[0].lineno, node.end_lineno or 0) for node in functions]
    return max((begin for begin, end in bodies if begin <= line <= end), default=0)


def row_nodes(module: Module) -> set[int]:
    """The ids of all nodes in row classes, whose attributes say what their type says already."""
    return {
        id(node)
        for statement in module.body
        if isinstance(statement, ClassDef) and _BASES & {name_of(base) for base in statement.bases}
        for node in walk(statement)
    }


def name_of(base: Arg) -> str:
    return base.value.value if isinstance(base.value, Name) else ""


def walk(node: CSTNode) -> Iterator[CSTNode]:
    yield node
    for child in node.children:
        yield from walk(child)


def described(path: str, module: Module, mutation: Mutation) -> dict[str, object]:
    """The mutant's source, and the lines in which it differs."""
    changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
    assert isinstance(changed, Module)
    before, after = module.code.splitlines(), changed.code.splitlines()
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    edits = [block for block in blocks if block[0] != "equal"]
    first, last = edits[0], edits[-1]
    return {
        "path": path,
        "line": first[1] + 1,
        "since": function_begins(module.code, first[1] + 1),
        "before": " ".join(line.strip() for line in before[first[1] : last[2]]),
        "after": " ".join(line.strip() for line in after[first[3] : last[4]]),
        "source": changed.code,
    }


if __name__ == "__main__":
    main()
