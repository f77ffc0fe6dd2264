"""Hold the pages of the XOR network to what is known of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import models
import numpy
import pytest
from walkthroughs import Written

from xorexplain import snapshot
from xorexplain.engines import Engine
from xorexplain.engines.shared.common import toposort
from xorexplain.gradients.choose import differentiate
from xorexplain.gradients.explain import tell
from xorexplain.gradients.folding import folded
from xorexplain.models.model import Model
from xorexplain.models.stages import view
from xorexplain.models.training import train_model
from xorexplain.models.tutorial import STEPS, xor
from xorexplain.render.reports.gather import Subject
from xorexplain.render.reports.gradient import gradient
from xorexplain.render.writers.terminal import plain
from xorexplain.rewrites.record import record_rewriting
from xorexplain.sphinxext.walkthrough import Settings
from xorexplain.sphinxext.walkthrough.chapters import training
from xorexplain.sphinxext.walkthrough.chapters.cost import page as cost_page
from xorexplain.sphinxext.walkthrough.chapters.gradient import page as gradient_page
from xorexplain.sphinxext.walkthrough.chapters.network import forward_equations
from xorexplain.sphinxext.walkthrough.chapters.numbers import by_name
from xorexplain.sphinxext.walkthrough.episodes import EPISODES
from xorexplain.sphinxext.walkthrough.gathering import gather
from xorexplain.sphinxext.walkthrough.rates import rate_series

Page = Callable[[str], str]
MOST_WORDS = 900


def test_data_has_the_shapes_and_values(page: Page) -> None:
    text = page("data")

    for name, shape in (("X", "4 × 2"), ("W1", "2 × 5"), ("W2", "5 × 1"), ("y", "4 × 1")):
        assert re.search(rf"\* - ``{name}``\n +- {shape}\n +- float64", text)
    assert r"X & = \begin{pmatrix} 0 & 1 \\ 1 & 0 \\ 0 & 0 \\ 1 & 1 \end{pmatrix}" in text
    assert "``y``\n     - 4 × 1\n     - float64\n     - what the output should become" in text
    assert "a 4 × 2 array times a 2 × 5 one" in text


def test_no_page_is_longer_than_agreed(written: Written) -> None:
    pages = {name: data for name, data in written("xor").files.items() if name.endswith(".rst")}
    words = {name: len(_words(data.decode())) for name, data in pages.items()}

    assert len(words) > 20
    assert {name: number for name, number in words.items() if number > MOST_WORDS} == {}


def _words(text: str) -> list[str]:
    """Return the words a reader of a page reads; a formula is one."""
    shown = re.sub(r"^\.\. math::\n+(?: +.*\n)+", "formula\n", text, flags=re.M)
    shown = re.sub(r"^ *(?::[\w-]+:|\.\. |[=*-]+$).*$", "", shown, flags=re.M)
    shown = re.sub(r":[\w:]+:`[^`]*`", "formula", shown)
    return re.findall(r"\S*\w\S*", shown)


def test_network_has_the_formulas(page: Page) -> None:
    text = page("network")

    assert r"z_{1} & = X \, W_{1}" in text
    assert r"\mathrm{output} & = \sigma(z_{2})" in text
    assert "4 apply nodes: 2 dot and 2 sigmoid" in text


def test_cost_has_only_what_is_new_and_its_value(page: Page, engine: Engine) -> None:
    text = page("cost")

    assert r"d_{1} & = \mathrm{output} - y" in text
    assert r"X \, W_{1}" not in text
    start = float(train_model(engine, xor(engine), 1).costs[0][1])
    assert f":math:`{start:.4g}`" in text


def test_cost_and_gradient_count_what_was_made(engine: Engine) -> None:
    """Outputs that do not lie under the cost, and a parameter of theirs alone.

    The mean divides by a length as a float, which has the name of the length: no line tells that.
    """
    x = engine.tensor.dvector("x")
    w, v = (engine.module.shared(numpy.ones(3), name=name) for name in "wv")
    cost = ((w * x) ** 2).sum()
    updates = models.descent(engine, cost, [w])
    data = {"x": numpy.ones(3)}
    mean = engine.tensor.tanh(v * x).mean()
    made = Model({"y": mean}, cost, [w], updates, [x], data=data)
    material = gather(Subject(engine, made), Settings(1))
    told = cost_page(material).body
    slopes = engine.grad(cost, [w])
    added = len(toposort([cost, *slopes])) - len(toposort([cost]))

    assert cost_page(material).lead == "4 more apply nodes make one number of what is given."
    assert "the cost needs none of its nodes, but four of its own" in told
    assert "Nothing of it was on the" in told
    network = material.network
    assert network is not None
    lines = forward_equations(material, network, material.told_applies(network)).splitlines()
    assert not [line for line in lines if line.count("len") > 1]
    assert f"added {added} apply nodes to the 4 and touched none" in gradient_page(material).body


def test_the_terminal_numbers_the_steps_as_the_page_does(page: Page, engine: Engine) -> None:
    told = plain(gradient(tell(folded(differentiate(engine, xor(engine))))))

    assert "\n2, 3. q1 = (output − y)²" in told
    numbers = [n for line in re.findall(r"^([\d, ]+)\. ", told, re.M) for n in line.split(", ")]
    assert numbers == re.findall(r"^\.\. opened:: \\(\d+)\.", page("gradient"), re.M)


def test_gradient_has_every_step_and_was_checked(page: Page) -> None:
    text = page("gradient")

    assert text.count(".. opened::") == 7
    assert r"\delta z_{1} = \delta a_{1} \odot a_{1} \odot (1 - a_{1})" in text
    assert r"= \delta W_{1} = X^{\top} \, \delta z_{1}" in text
    assert "18 comparisons, none too far off" in text


def test_rewrites_count_as_the_trace_does(page: Page, engine: Engine) -> None:
    trace = record_rewriting(engine, xor(engine))
    text = page("rewrites")

    assert (
        f"turned {len(trace.start)} apply nodes of the ``train`` function into {len(trace.end)}, "
        f"in {len(trace.steps)} steps"
    ) in text
    told = [page(name) for name in re.findall(r"<(rewrites-[\w-]+)>", page("rewrites-appendix"))]
    numbers = re.findall(r"\.\. opened:: Step (\d+)", "\n".join(told))
    shown = sorted(map(int, numbers))
    assert shown == sorted(set(shown))
    assert set(shown) <= {step.number for step in trace.steps}
    assert {trace.steps[n - 1].phase for n in shown} == {step.phase for step in trace.steps}


def test_rewrites_name_the_adjoints_as_the_gradient_does(page: Page) -> None:
    assert r"\delta z_{2} & = " in page("rewrites-appendix")
    assert "dcost/dW" not in page("rewrites-appendix")


def test_episodes_count_every_step_and_node_once(page: Page, engine: Engine) -> None:
    trace = record_rewriting(engine, xor(engine))
    rows = re.findall(r"<rewrites-[\w-]+>`\n +- (\d+)\n +- (\d+) / (\d+)", page("rewrites"))

    assert len(rows) == 5
    assert sum(int(steps) for steps, _, _ in rows) == len(trace.steps)
    fewer = sum(int(left) - int(came) for _, left, came in rows)
    assert fewer == len(trace.start) - len(trace.end)


def test_an_episode_has_its_law_for_the_exponent_that_fired(page: Page) -> None:
    text = page("rewrites-form")

    assert "As written it was :math:`d_{1}^{2 - 1}`" in text
    assert r":math:`x^{1}` :math:`=` :math:`x`" in text
    assert "q_{2} = d_{1}^{1} = d_{1}" in text
    assert text.count("−0.4366 −0.4551 0.5313 0.5738") == 2
    assert "Both sides are the same for 0, negative numbers, infinity and NaN too" in text


def test_the_way_of_the_power_is_told_as_one_chain(page: Page) -> None:
    text = page("rewrites-appendix")
    chain = re.findall(r"^\* step (\d+), ``(\w+)``(.*)", text, re.MULTILINE)
    numbers = [int(number) for number, *_ in chain]
    told = [words for *_, words in chain]
    now = [re.sub(r".*is :math:`(.*?) \\odot .*", r"\1", words) for words in told if "Now" in words]

    assert r"is :math:`1 \cdot 2 \odot d_{1}^{2 - 1} \odot \mathrm{output} \odot (1 - " in text
    assert numbers == sorted(numbers)
    assert now[-3:] == [r"2 \, d_{1}^{2 - 1}", r"2 \, d_{1}^{1}", r"2 \, d_{1}"]
    for deed, least in (
        (r"the factor :math:`\delta \mathrm{cost}`, which is 1, is left out", 1),
        ("the difference in the exponent is computed, with 2 fills", 1),
        ("a fill goes, as what it fills has that shape already", 3),
        (r"become one constant, :math:`\mathrm{{[}{[}1{]}{]}}`", 1),
        ("the exponent is a constant 1, so the power goes", 1),
    ):
        assert sum(deed in words for words in told) >= least, deed
    assert sum("<rewrites-constants>" in words for words in told) == 1
    assert "**Why not at once?**" in page("rewrites-form")
    listed = page("rewrites-form") + page("rewrites-constants")
    assert all(re.search(rf"\* - {number}\n", listed) for number in numbers)


def test_each_number_with_axes_is_followed_to_its_end(page: Page, engine: Engine) -> None:
    text = page("rewrites-constants")
    table = text[text.index("**What became of each expand dims**") :]
    ends = re.findall(r"     - step (\d+): (.*)", table.split("   .. math::", 1)[0])
    graph = snapshot(xor(engine), "updates")
    numbers = [a for a in graph.applies if a.op.kind == "expand_dims"]
    listed = "".join(page(f"rewrites-{name}") for name in ("twice", "form", "constants"))

    assert f"{len(numbers)} as written, {len(ends) - len(numbers)} that other steps" in table
    assert "none in what runs" in table
    for number, words in ends:
        assert re.search(rf"\* - {number}\n", listed)
        assert words.startswith(("the constant", "merged", "``local_"))


@pytest.mark.pytensor
def test_a_value_that_a_loop_names_twice_is_computed_once(page: Page) -> None:
    assert "σ stands 4 times in what node 7 computes, always of the same." in page("compiled")


def test_only_what_the_mode_has_is_left_out(page: Page, engine: Engine) -> None:
    """GemmOptimizer was named as left out in a mode that does not have it."""
    has_it = "without ``fusion``, ``GemmOptimizer``" in page("rewrites-fusion")

    assert has_it is (engine.name == "theano")


def test_an_episode_says_that_it_hangs_on_the_exponent(page: Page, engine: Engine) -> None:
    text = page("rewrites-form")
    instead = {"theano": "local_pow_specialize_device", "pytensor": "local_pow_to_nested_squaring"}

    assert "``local_pow_canonicalize`` does not fire: the slope keeps a power, and" in text
    assert r":math:`3 \, x^{2}` is left" in text
    assert rf"In the cost, ``{instead[engine.name]}`` makes :math:`x^{{2}} \odot x` of" in text


@pytest.mark.pytensor
def test_a_fill_that_came_is_followed_to_where_it_goes(page: Page) -> None:
    found = re.search(r"is found by step (\d+) \(:doc:`[^`]*<(\S+)>`", page("rewrites-form"))

    assert found is not None
    assert re.search(rf"\* - {found[1]}\n.*\n.*now d1 itself", page(found[2]))


def test_an_episode_says_who_reads_last(page: Page) -> None:
    text = page("rewrites-in-place")

    assert re.search(r":math:`W_\{2\}`\n +- node \d+, :math:`\\delta a_\{1\}`", text)
    assert re.search(r":math:`a_\{1\}`\n +- :math:`z_\{1\}`\n +- this node alone", text)


@pytest.mark.pytensor
def test_steps_that_undo_one_another_are_explained(page: Page) -> None:
    text = page("rewrites-in-place")

    assert (
        "**Why step 41 undoes step 37.** The node has two results, of which one can have the place "
        "of :math:`z_{2}`. Step 37 gave it to :math:`q_{1}`."
    ) in text
    assert re.search(r"step 42 gives it to :math:`\\delta z_\{2\}`, which stays an array\.", text)
    assert re.search(r"\* - 42\n.*\n +- :math:`\\delta z_\{2\}`.*now in place on z2", text)


def test_an_episode_names_the_phases_its_steps_come_from(page: Page, engine: Engine) -> None:
    steps = record_rewriting(engine, xor(engine)).steps
    merges = [step.number for step in steps if step.title == "MergeOptimizer"]
    first = [n for n in merges if steps[n - 1].phase == "merge1"]

    assert f"``merge1`` made steps {first[0]} to {first[-1]}" in page("rewrites-twice")
    assert len(merges) > len(first)


@pytest.mark.parametrize("episode", ["fusion", "constants"])
def test_an_episode_is_measured_by_leaving_it_out(page: Page, episode: str) -> None:
    """Constants were folded all the same: no name excludes what does it, but one what holds it."""
    text = page(f"rewrites-{episode}")
    found = re.search(r"apply nodes that run\n +- (\d+)\n +- (\d+)", text)

    assert found is not None
    assert int(found[1]) < int(found[2])
    assert ("without ``fusion``" if episode == "fusion" else "``topo_constant_folding``") in text
    if episode == "fusion":
        eaten = re.search(r"one for each of the (\d+) eaten results(, and 1 more)?", text)
        assert eaten is not None
        assert int(found[2]) - int(found[1]) == int(eaten[1]) + bool(eaten[2])


def test_one_rewrite_alone_is_left_out_too(page: Page) -> None:
    """Power 1 is the base by another rewrite as well, which then fires for both powers."""
    text = page("rewrites-form")
    found = re.search(r"Without ``local_pow_canonicalize`` alone: .*", text)
    runs = re.search(r"apply nodes that run\n +- (\d+)\n", text)

    assert found is not None
    assert runs is not None
    assert f"{runs[1]} that run" in found[0].partition("as with it, ")[2]
    assert "; the same bits" in found[0]
    assert "``local_pow_specialize`` (2 instead of 1)" in found[0]
    assert " alone: " not in page("rewrites-twice")


def test_leaving_an_episode_out_says_what_becomes_of_the_results(page: Page) -> None:
    told = {
        e.page: re.findall(r"\* - results, node by node\n +-\n +- (.+)", page(e.page))
        for e in EPISODES
    }
    overview = re.findall(r"bytes; results (the same .+)", page("rewrites"))

    assert all(len(found) == 1 for found in told.values()), told
    for (words,), short in zip(told.values(), overview, strict=True):
        # Rounding alone: a call without an episode still computes the same.
        assert (words == short == "the same bits") or (
            words.startswith("rounded otherwise: ")
            and r"\cdot 10^{-1" in words
            and re.search(r" at most, \d units? in the last binary digit of :math:", words)
            and "but" in short
        )
    assert told["rewrites-in-place"] == told["rewrites-fusion"] == ["the same bits"]


def test_an_episode_says_what_a_mode_calls_its_steps(page: Page) -> None:
    assert "(by ``merge`` a mode leaves out ``MergeOptimizer``)" in page("rewrites-twice")
    assert "`` a mode leaves out ``constant_folding``)" in page("rewrites-constants")


def test_merging_says_which_two_become_one_and_which_stays(page: Page) -> None:
    text = page("rewrites-twice")

    assert r"The two :math:`0.01" in text
    assert r"both :math:`\sigma(z_{1})`, become one: the node of :math:`a_{1}` stays" in text
    assert "a constant from now on" not in text


def test_nodes_that_fusion_takes_in_are_counted_before_it(page: Page) -> None:
    text = page("rewrites-twice")
    run, fused = (
        re.search(rf"{words}\n +- (\d+)\n +- (\d+)", text)
        for words in ("apply nodes that run", "apply nodes just before fusion")
    )

    assert run is not None
    assert fused is not None
    assert int(run[1]) >= int(run[2])
    more = int(fused[2]) - int(fused[1])
    assert more > 0
    assert f"Just before fusion there would be {more} nodes more" in text
    removed = re.search(r"(\d+) apply nodes were removed and 0 added", text)
    assert removed is not None
    gone, anyway = int(removed[1]), int(removed[1]) - more
    told = rf"{gone} nodes removed here, other rewrites would remove {anyway} as well, {anyway} exp"
    assert told in text
    assert f"the rest is {more} " in text


def test_what_merging_saves_is_counted_in_sigmoids(page: Page) -> None:
    """Of each of 20 hidden values and 4 answers one; without merging, three."""
    text = page("rewrites-twice")
    found = re.search(r"of these, sigmoids\n +- (\d+)\n +- (\d+)", text)

    assert found is not None
    assert int(found[1]) == 24
    assert f"{int(found[2]) - 24} more sigmoids" in text
    told = re.findall(r"(less )?(\d+) in :math:", text)
    assert sum(-int(n) if less else int(n) for less, n in told) == int(found[2]) - 24
    if r"\sigma(-z" in text:
        assert re.search(r"local_1msigmoid`+ \(:math:`1 - \\sigma\(x\)` :math:`=` :math:`", text)
    assert r":math:`a_{1}` is not written over :math:`z_{1}`: :math:`\delta z_{1}` reads" in text
    assert re.search(
        r"What runs with all of them: \d+ nodes, \d+ operations, \d+ bytes", page("rewrites")
    )


def test_bytes_of_arrays_are_those_written_where_nothing_is_in_place(page: Page) -> None:
    found = re.search(r"the (\d+) bytes of arrays are then all", page("rewrites-in-place"))
    written = re.search(r"all nodes\n(?: +- \d+\n){2} +- (\d+)", page("compiled"))

    assert found is not None
    assert written is not None
    fused = page("rewrites-fusion")
    moved = re.search(r"bytes that they write\n +- (\d+)\n +- (\d+)", fused)
    assert moved is not None
    assert int(moved[1]) == int(written[1])
    assert f"The {int(moved[2]) - int(moved[1])} bytes that are not written are more" in fused
    assert "*Bytes written* are those of each result" in page("compiled")


def test_every_case_has_its_numbers(page: Page, engine: Engine) -> None:
    text = (
        page("numbers").partition("Every case, with its :math:`X`")[2].partition("The sum over")[0]
    )
    cells = {m[1]: m[2] for m in re.finditer(r"\* - :math:`(.+?)`\n((?: +- .+\n)+)", text)}
    output = [float(n) for n in re.findall(r"[\d.]+", cells[r"\mathrm{output}"])]

    assert re.findall(r"case \d \((.+)\)", text) == [
        "0,\u00a01",
        "1,\u00a00",
        "0,\u00a00",
        "1,\u00a01",
    ]
    assert ":math:`a_{1}`, the first\n     - 0.3882\n     - 0.3505" in text
    assert "X" not in cells
    assert output == [0.5634, 0.5449, 0.5313, 0.5738]
    assert {"y", "d_{1}", r"\delta z_{2}"} <= cells.keys()


def test_a_picture_says_which_nodes_have_no_box(page: Page) -> None:
    assert re.search(r"no box for 7 \S*expand dims\S*.*, 3 .*transpose.* 2 .*fill", page("updates"))
    told = re.search(
        r"Of 34 apply nodes (\d+) have a box: what a step makes twice", page("gradient")
    )

    assert told is not None
    assert told[1] == "25"


def test_lines_of_numbers_are_as_narrow_as_two_columns_ask_for(engine: Engine) -> None:
    subject = Subject(engine, xor(engine))
    lines = [line for told in by_name(gather(subject, Settings())).values() for line in told]

    assert max(len(line.removeprefix("nudged ").split()) for line in lines) == 4
    assert all("…" in line for line in lines if len(line.removeprefix("nudged ").split()) == 4)


def test_the_way_back_says_of_each_value_who_needs_it(page: Page) -> None:
    text = page("numbers")

    for given in ("y", "W_{1}"):
        assert f"* - :math:`{given}`\n     - nothing\n     - nothing" in text
    needed = r"needs :math:`X`, :math:`W_{2}`, :math:`a_{1}`, :math:`\mathrm{output}` and :math:`d_"
    assert rf":math:`\delta W_{{1}}` {needed}" in text


@pytest.mark.pytensor
def test_what_is_never_an_array_is_found_in_the_node_that_computes_it(page: Page) -> None:
    made_of_z2 = r"computed in the node of :math:`\mathrm{cost}` and :math:`\delta z_{2}`, from"

    assert f"no array: {made_of_z2} :math:`z_{{2}}`" in page("numbers")


def test_compiled_has_every_node_in_order(page: Page, engine: Engine) -> None:
    graph = view(engine, xor(engine), "compiled").graph()
    order, _, work = page("compiled").partition("What each node has to do")
    rows = re.findall(r"^   \* - (\d+)$", order, re.MULTILINE)
    counted = re.findall(r"^   \* - (\d+)$", work, re.MULTILINE)

    assert set(counted) < set(rows)
    assert rows == [str(number) for number in range(1, len(graph.applies) + 1)]


def test_compiled_has_formula_shape_and_last_reader(page: Page, engine: Engine) -> None:
    text = page("compiled")

    assert re.search(r":math:`z_\{1\}`, 4 × 5\n +- :math:`X \\, W_\{1\}`", text)
    assert re.search(r":math:`z_\{1\}`, read by this node alone", text)
    assert re.search(r":math:`W_\{2\}`, read last by node \d+, :math:`\\delta a_\{1\}`", text)
    assert "image:: pictures/lifetimes-light.*" in text
    assert f"its linker ``{engine.setup().linker}``" in text


def test_training_gives_the_tutorial_its_answers(engine: Engine) -> None:
    model = xor(engine)
    before = model.parameters[0].get_value()

    run = train_model(engine, model, STEPS)

    expected = [0.93677042, 0.94099497, 0.03881249, 0.06845079]
    assert numpy.allclose(run.after["output"].ravel(), expected, rtol=0, atol=1e-8)
    assert run.costs[0][0] == 1
    assert run.costs[-1][0] == STEPS
    assert numpy.array_equal(model.parameters[0].get_value(), before)


def test_a_cost_that_is_noted_now_and_then_is_halved_between_two_steps(engine: Engine) -> None:
    run = train_model(engine, xor(engine), 1)
    noted = ((1, 1.0), (1000, 0.8), (2000, 0.4), (3000, 0.3))

    told = training._course(replace(run, steps=3000, costs=noted, cost=0.3))

    assert told.endswith("It is halved between step 1000 and step 2000.")


def test_predictions_compare_before_and_after(page: Page) -> None:
    text = page("predictions")

    rows = re.findall(r"\* - ([01]  [01])\n +- ([01])\n +- 0\.\d{4}\n +- 0\.\d{4}", text)
    assert rows == [("0  1", "1"), ("1  0", "1"), ("0  0", "0"), ("1  1", "0")]


def test_training_tells_the_truth_about_three_rates(page: Page) -> None:
    text = page("training")
    told = dict(re.findall(r"\* - ([\d.]+)\n(?: +- [\d.]+\n){3} +- (.+)", text))

    assert "still on the plateau" in told["0.01"]
    assert "it has learned XOR" in told["1"]
    assert "*saturated*" in told["100"]
    assert "**Flat first.**" in text
    assert text.index("**Then faster.**") < text.index("**Never 0.**")
    assert re.search(r"\* - 0 \(start\)\n(?:.*\n){4}   \* - 1000 \(flat\)\n", text)
    assert "   * - 10000\n" in text
    flat = re.search(r"From step (\d+) to step (\d+) the cost falls by (\d+) % only", text)
    assert flat is not None
    assert [int(one) for one in flat.groups()] == [200, 6900, 5]
    assert (
        "between step 1360 and step 1370 the answer for (1, 0) goes from 0.00048 to 0.496" in text
    )
    assert "They are saturated now, as the output was." in text
    assert "image:: pictures/rates-dark.svg" in text
    assert "at step 2831 the cost is 1.61, and at step 2832 1.25 again" in text
    # The chart shows a leap of one step, too.
    assert max(cost for step, cost in rate_series()["rate 100"] if step > 1500) > 1.6


def test_the_updates_name_the_nodes_they_add(page: Page) -> None:
    told = re.search(r"has 34; the updates add (.*?)\. This", page("updates"))

    assert told is not None
    assert sum(map(int, re.findall(r"(\d) (?:subtract|multiply|expand dims)", told[1]))) == 40 - 34


def test_the_hidden_layer_is_told(page: Page) -> None:
    written = page("hidden")
    text = written.replace("\u00a0", " ")

    assert "- (0,\u00a00)\n" in written
    assert "\u00a0".join(["0.50"] * 5) in written
    assert "0.50 0.50 0.50 0.50 0.50\n     - 0.50 0.50 0.50 0.50 0.50" in text
    assert text.count("- \\(0, 0)") + text.count("- (0, 0)") == 5
    assert "each hidden neuron is 0.5 there, before and after." in text
    assert "Adding a *bias* would let it move" in text
    assert r"W_{2} \text{ before} & = \begin{pmatrix} -0.28 \\ 0.002 \\" in text
    assert "still 5 of 20 have learned it" in text
    assert "Seeds 11, 14 and 15: two cases of both targets are less than 0.01 apart" in text
    assert "and get the mean of their targets, 0.50" in text
    assert "Seeds 5, 6 and 18: three are so, and get the mean of their targets, 0.67" in text
    assert "Seeds 1, 2, 9, 12, 16, 17 and 19: the two nearest are about 0.08 apart" in text
    assert "get different answers, about 0.865 and 0.550" in text
    assert len(re.findall(r"\* - (?:11|5|1|3)\n +- 0\.\d\d 0\.\d\d ", text)) == 4
    assert "Seeds 3 and 7: (0, 0) is halfway between (0, 1) and (1, 0) in the hidden layer" in text
    assert "cases that should differ are at least 0.148 apart" in text
    assert "With a bias in both layers, 0 at the start, 14 of 20" in text
    assert "Of the 15 that failed, 12 do now" in text
    assert "seeds 8, 10, 13 fail now" in text
    assert "image:: pictures/hidden-light.*" in text
    two, five = re.findall(r"\* - ([25])\n +- (\d+) of 20", text)
    assert (int(two[0]), int(five[0])) == (2, 5)
    assert int(two[1]) < int(five[1]) == 20


def test_no_page_that_tells_a_stage_is_long(written: Written) -> None:
    """Count words of two letters and more: tables are full of numbers and of symbols."""
    episodes = {f"{episode.page}.rst" for episode in EPISODES}
    for path, data in written("xor").files.items():
        is_appendix = path.startswith("rewrites-") and path not in episodes
        if path.endswith(".rst") and not is_appendix:
            prose = re.sub(r"^(?:   :|\.\. ).*$|:math:`[^`]*`", "", data.decode(), flags=re.M)
            assert len(re.findall(r"[^\W\d_]{2,}", prose)) <= 900, path


def test_no_time_and_no_path_is_told(written: Written) -> None:
    for path, data in written("xor").files.items():
        if path.endswith(".rst"):
            assert not re.search(r"\bseconds\b|\d m?s\b|/tmp|/home", data.decode()), path
