"""What a correction may choose from: only combinations that the taxonomy allows."""

from collections.abc import Collection
from dataclasses import dataclass

from model.taxonomy import Taxonomy
from serving.queries.clue_detail import Labels

NOTHING_ELSE = "out_of_scope"
"""The module that never goes with another."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Code → name for each field, given what has been chosen so far."""

    modules: dict[str, str]
    functions: dict[str, str]
    urgencies: dict[str, str]
    procuratorates: dict[str, str]
    secondary: dict[str, str]


def offer(chosen: Labels, taxonomy: Taxonomy) -> Offer:
    module = taxonomy.module_by_code[chosen.module]
    secondary = {
        other.code: other.name
        for other in taxonomy.modules
        if other.code not in (module.code, NOTHING_ELSE) and module.code != NOTHING_ELSE
    }
    return Offer(
        modules={m.code: m.name for m in taxonomy.modules},
        functions={code: taxonomy.function_by_code[code].name for code in module.functions},
        urgencies={u.code: u.name for u in taxonomy.urgencies},
        procuratorates={p.code: p.short_name for p in taxonomy.procuratorates},
        secondary=secondary,
    )


def with_module(chosen: Labels, module: str, taxonomy: Taxonomy) -> Labels:
    """The same with another module, and whatever no longer goes with it put right."""
    found = taxonomy.module_by_code[module]
    function = chosen.function if chosen.function in found.functions else found.default_function
    return Labels(
        module=module,
        secondary_modules=_allowed(chosen.secondary_modules, module),
        urgency=chosen.urgency,
        function=function,
        procuratorate=chosen.procuratorate,
    )


def _allowed(secondary: Collection[str], module: str) -> tuple[str, ...]:
    if module == NOTHING_ELSE:
        return ()
    return tuple(code for code in secondary if code not in (module, NOTHING_ELSE))
