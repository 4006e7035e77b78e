"""The architectures in PyTorch, written from the papers and the documentation of the
old libraries, not from the engine: net(s, w, b) makes logits [T, B, symbols] of the batch b.
"""
import torch

from torch_layers import encoder, linear, stack, symbols_in, zero_state


def ones(rows):
    return torch.ones(rows, dtype=torch.int64)


def fed_in(s, w, b):
    return symbols_in(w, "tgt.E", b.fed, b.tgt_symbols, s["embed"])


def logits_of(s, w, b, h):
    if s.get("tie"):
        return h @ w("tgt.E", b.tgt_symbols, s["embed"]).T + w("out.b", b.tgt_symbols)
    return linear(w, "out", h, b.tgt_symbols)


def first_states(s, w, last):
    """The decoder's layers start from the encoder's, counted from the top, through one
    map for all h and one for all c where widths differ or `bridge` is tanh."""
    hidden, (_, depth) = s["hidden"][1], s["depth"]
    squash = s.get("bridge") == "tanh"

    def across(name, v):
        if squash or v.shape[1] != hidden:
            v = linear(w, "bridge." + name, v, hidden)
        return torch.tanh(v) if squash else v

    start = [last[max(0, l + len(last) - depth)] for l in range(depth)]
    return [tuple(across(name, v) for name, v in zip("hc", state)) for state in start]


def repeat(s, w, b):
    _, last = encoder(s, w, b)
    x = last[-1][0].expand(b.tgt.shape[0], -1, -1)
    h, _ = stack(s, w, "dec", s["depth"][1], s["hidden"][1], x, None, b.tgt_lengths)
    return logits_of(s, w, b, h)


def transfer(s, w, b):
    _, last = encoder(s, w, b)
    start = first_states(s, w, last)
    h, _ = stack(s, w, "dec", s["depth"][1], s["hidden"][1], fed_in(s, w, b), start,
                 b.tgt_lengths)
    return logits_of(s, w, b, h)


# ---- attention: a score is a function of the query [B, H] that gives [S, B]

def dot(w, memory, hidden):
    width = memory.shape[2]
    across = w("score.query", hidden, width) if hidden != width else torch.eye(width)
    return lambda query: (memory * (query @ across)).sum(2)


def general(w, memory, hidden):
    keys = memory @ w("score.key", memory.shape[2], hidden)
    return lambda query: (keys * query).sum(2)


def additive(w, memory, hidden):
    keys = memory @ w("score.key", memory.shape[2], hidden) + w("score.b", hidden)
    of_query, v = w("score.query", hidden, hidden), w("score.v", 1, hidden)
    return lambda query: torch.tanh(keys + query @ of_query) @ v[0]


def static(w, memory, hidden):
    """The old library: a linear unit on [memory ; state], where the state cancels."""
    e = memory @ w("score.key", memory.shape[2], 1)
    return lambda query: e[:, :, 0]


SCORES = {"dot": dot, "general": general, "additive": additive, "static": static}


def location(w, reach, query, alpha):
    """What the last weights [S, B] add to the scores, each row through its own filter."""
    taps = 2 * reach + 1
    filters = query @ w("score.location.W", query.shape[1], taps) + w("score.location.b", taps)
    padded = torch.nn.functional.pad(alpha.T, (reach, reach))
    return torch.einsum("bsk,bk->sb", padded.unfold(1, taps, 1), filters)


def attention(s, w, b):
    """before (Bahdanau et al. 2015): v_i from s_{i-1}; s_i from s_{i-1}, y_{i-1}, v_i
    after (Luong et al. 2015): s_i from s_{i-1}, y_{i-1}; a_i = tanh(W [s_i ; v_i])"""
    hidden, depth = s["hidden"][1], s["depth"][1]
    memory, last = encoder(s, w, b)
    rows, width = memory.shape[1:]
    if s.get("start") == "zeros":
        states = [zero_state(s, rows, hidden)] * depth
    else:
        states = first_states(s, w, last)
    score = SCORES[s["score"]](w, memory, hidden)
    there = torch.arange(memory.shape[0])[:, None] < b.src_lengths
    alpha = torch.zeros(there.shape)

    def look(query):
        nonlocal alpha
        e = score(query)
        if s.get("location"):
            e = e + location(w, s["location"], query, alpha)
        alpha = torch.where(there, e, -torch.inf).softmax(0)
        return (alpha[:, :, None] * memory).sum(0)

    def step(x, states, more):
        extra = 0 if more is None else more.shape[1]
        x = x if more is None else torch.cat([x, more], 1)
        y, states = stack(s, w, "dec", depth, hidden, x[None], states, ones(rows), extra)
        return y[0], states

    x, logits = fed_in(s, w, b), []
    a = torch.zeros(rows, hidden) if s.get("input_feeding") else None
    for t in range(b.tgt.shape[0]):
        if s["attend"] == "before":
            v = look(states[-1][0])
            h, states = step(x[t], states, v)
            y = logits_of(s, w, b, h)
            if s.get("deep_output"):
                y = y + v @ w("out.C", width, b.tgt_symbols)
                y = y + x[t] @ w("out.T", x.shape[2], b.tgt_symbols)
        else:
            h, states = step(x[t], states, a)
            made = torch.tanh(linear(w, "att", torch.cat([h, look(h)], 1), hidden))
            a = made if s.get("input_feeding") else None
            y = logits_of(s, w, b, made)
        logits.append(y)
    return torch.stack(logits)


# ---- readout: seq2seq's Seq2Seq

def readout(s, w, b):
    """e_t = Stack(x_t A1 + a1 + e_{t-1});  C = e_T A2 + a2;  y_t = Stack(y_{t-1}), from
    y_{-1} = C, or with peek Stack(C + y_{t-1}). A decoder's layer ends in tanh(h W2 + b2).
    One state for the whole stack with inner_broadcast_state: up the layers, then on in
    time. Ours beside the old library: a linear map from y to logits, and the embedding of
    the truth in the place of y_{t-1} where it is forced."""
    hidden, depth, rows = s["hidden"], s["depth"], b.src.shape[1]
    width = s.get("readout") or b.tgt_symbols
    synced = s["inner_broadcast_state"]

    def up(name, l, side, x, states):
        at = 0 if synced else l
        y, end = stack(s, w, f"{name}.{l}", 1, hidden[side], x[None], [states[at]], ones(rows))
        return y[0], states[:at] + end + states[at + 1:]

    def zeros(side):
        return [zero_state(s, rows, hidden[side])] * (1 if synced else depth[side])

    x = symbols_in(w, "src.E", b.src, b.src_symbols, s["embed"])
    u = linear(w, "in", x, hidden[0])
    e, states = torch.zeros(rows, hidden[0]), zeros(0)
    for t in range(u.shape[0]):
        y, new = u[t] + e, states
        for l in range(depth[0]):
            y, new = up("enc", l, 0, y, new)
        going = (t < b.src_lengths)[:, None]
        e = torch.where(going, y, e)
        states = [tuple(torch.where(going, v, old) for v, old in zip(*each))
                  for each in zip(new, states)]

    c = linear(w, "context", e, width)
    if s["broadcast_state"]:
        shape = s | {"depth": (len(states), len(zeros(1)))}
        states = first_states(shape, w, states)
    else:
        states = zeros(1)
    y, logits = c, []
    for t in range(b.tgt.shape[0]):
        if t and s["teacher"]:
            y = w("tgt.E", b.tgt_symbols, width)[b.tgt[t - 1].clamp(min=0)]
        y = c + y if s["peek"] else y
        for l in range(depth[1]):
            h, states = up("dec", l, 1, y, states)
            y = torch.tanh(linear(w, f"dec.{l}.out", h, width))
        logits.append(logits_of(s, w, b, y))
    return torch.stack(logits)


NETS = {"repeat": repeat, "transfer": transfer, "attention": attention,
        "readout": readout}
