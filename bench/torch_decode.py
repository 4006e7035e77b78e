"""Answers of the translator of the benchmarks in PyTorch (c of torch_attend.py): greedy, token
by token, for some questions at a time. Two ways to make a step, the faster counts:

  lstm    nn.LSTM over one step
  cells   nn.LSTMCell, which has less around it
"""
import warnings

import torch
from torch import nn


class Greedy(nn.Module):
    def __init__(self, net, cells):
        super().__init__()
        self.net, self.steps = net, net.shape.steps
        self.rnn = None
        if cells:
            lstm = net.dec.lstm
            self.rnn = nn.LSTMCell(lstm.input_size, lstm.hidden_size)
            for name, p in self.rnn.named_parameters():
                p.data = getattr(lstm, name + "_l0").data

    def step(self, token, state):
        """token [rows] -> h [rows, hidden], the next state"""
        x = self.net.tgt(token)
        if self.rnn is not None:
            state = self.rnn(x, state)
            return state[0], state
        h, state = self.net.dec.lstm(x[None], state)
        return h[0], state

    def forward(self, x):
        """x [steps, rows] -> tokens [steps, rows]"""
        net = self.net
        read, state = net.enc.lstm(net.src(x))
        keys, values = net.key(read).permute(1, 2, 0), read.transpose(0, 1)
        if self.rnn is not None:
            state = (state[0][0], state[1][0])
        token, said = torch.ones_like(x[0]), []
        for _ in range(self.steps):
            h, state = self.step(token, state)
            context = torch.bmm(torch.bmm(h[:, None], keys).softmax(2), values)[:, 0]
            made = torch.tanh(net.combine(torch.cat((h, context), 1)))
            token = net.out(made).argmax(1)
            said.append(token)
        return torch.stack(said)


def narrowed(net, numbers):
    """The net with weights of int8, activations being rounded as they come; or of bf16."""
    if numbers == "bf16":
        return net.bfloat16()
    if numbers == "int8":
        warnings.simplefilter("ignore")  # that this way is to be replaced by another
        return torch.ao.quantization.quantize_dynamic(
            net, {nn.LSTM, nn.LSTMCell, nn.Linear}, dtype=torch.qint8)
    return net
