"""Models as people write them in PyTorch, for make_import.py and check_import.py: the
encoder-decoder of well-known tutorials, with LSTM or GRU, and with attention.
"""
import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, symbols, embed, hidden, depth, kind=nn.LSTM):
        super().__init__()
        self.embedding = nn.Embedding(symbols, embed)
        self.rnn = kind(embed, hidden, depth)

    def forward(self, src):
        return self.rnn(self.embedding(src))[1]


class Decoder(nn.Module):
    def __init__(self, symbols, embed, hidden, depth, kind=nn.LSTM):
        super().__init__()
        self.embedding = nn.Embedding(symbols, embed)
        self.rnn = kind(embed, hidden, depth)
        self.fc_out = nn.Linear(hidden, symbols)

    def forward(self, token, state):
        output, state = self.rnn(self.embedding(token)[None], state)
        return self.fc_out(output[0]), state


class Seq2Seq(nn.Module):
    """State transfer; src [T, B]."""

    def __init__(self, src, tgt, embed, hidden, depth, kind=nn.LSTM):
        super().__init__()
        self.encoder = Encoder(src, embed, hidden, depth, kind)
        self.decoder = Decoder(tgt, embed, hidden, depth, kind)

    def start(self, src):
        return self.encoder(src)

    def step(self, token, state):
        return self.decoder(token, state)


class AttentionEncoder(nn.Module):
    def __init__(self, symbols, embed, hidden, dec_hidden):
        super().__init__()
        self.embedding = nn.Embedding(symbols, embed)
        self.rnn = nn.GRU(embed, hidden, bidirectional=True)
        self.fc = nn.Linear(2 * hidden, dec_hidden)

    def forward(self, src):
        outputs, last = self.rnn(self.embedding(src))
        return outputs, torch.tanh(self.fc(torch.cat((last[-2], last[-1]), dim=1)))


class Attention(nn.Module):
    def __init__(self, hidden, dec_hidden):
        super().__init__()
        self.attn = nn.Linear(2 * hidden + dec_hidden, dec_hidden)
        self.v = nn.Linear(dec_hidden, 1, bias=False)

    def forward(self, query, memory):
        query = query[None].expand(memory.shape[0], -1, -1)
        energy = torch.tanh(self.attn(torch.cat((query, memory), dim=2)))
        return torch.softmax(self.v(energy)[:, :, 0], dim=0)


class AttentionDecoder(nn.Module):
    def __init__(self, symbols, embed, hidden, dec_hidden):
        super().__init__()
        self.attention = Attention(hidden, dec_hidden)
        self.embedding = nn.Embedding(symbols, embed)
        self.rnn = nn.GRU(embed + 2 * hidden, dec_hidden)
        self.fc_out = nn.Linear(dec_hidden + 2 * hidden + embed, symbols)

    def forward(self, token, query, memory):
        embedded = self.embedding(token)
        weights = self.attention(query, memory)
        context = (weights[:, :, None] * memory).sum(0)
        output, last = self.rnn(torch.cat((embedded, context), 1)[None], query[None])
        return self.fc_out(torch.cat((output[0], context, embedded), 1)), last[0]


class AttentionSeq2Seq(nn.Module):
    """Bahdanau's attention over a bidirectional GRU."""

    def __init__(self, src, tgt, embed, hidden, dec_hidden):
        super().__init__()
        self.encoder = AttentionEncoder(src, embed, hidden, dec_hidden)
        self.decoder = AttentionDecoder(tgt, embed, hidden, dec_hidden)

    def start(self, src):
        return self.encoder(src)

    def step(self, token, state):
        memory, query = state
        logits, query = self.decoder(token, query, memory)
        return logits, (memory, query)


@torch.no_grad()
def greedy(model, src, sos, eos, limit):
    """Ids of the answer to one row of source ids; its logits."""
    state = model.start(torch.tensor(src)[:, None])
    token, said, all_logits = sos, [], []
    while len(said) < limit:
        logits, state = model.step(torch.tensor([token]), state)
        all_logits.append(logits[0])
        token = int(logits[0].argmax())
        if token == eos:
            break
        said.append(token)
    return said, all_logits


def draw(model, seed, scale):
    """Random weights, large enough to say different things to different sources."""
    torch.manual_seed(seed)
    for p in model.parameters():
        nn.init.uniform_(p, -scale, scale)
    return model
