/*
 * export - our models for other programs.
 */
#ifndef MODEL_EXPORT_H
#define MODEL_EXPORT_H

#include "model/model.h"

/* A PyTorch state dict as safetensors: names and shapes of nn.Embedding, nn.LSTM and
 * nn.Linear (model/torch.h). Its metadata tells the modules, and holds settings and
 * vocabularies, by which import_torch reads it back. */
int export_torch(const struct model *, const char *path, struct err *);

/*
 * ONNX (opset 17), two files: FILE-encoder.onnx and FILE-decoder.onnx for the path
 * FILE.onnx. The encoder takes
 *
 *     source [steps, rows] int64     ids; -1: nothing
 *     lengths [rows] int32           steps that count
 *
 * and its outputs are what the decoder takes beside `token` [rows] int64, the token
 * before (<s> at first, or -1), and with attention `lengths`. The decoder makes
 * `logits` [rows, symbols], with attention `alpha` [rows, steps], and for each input
 * NAME that changes from token to token an output next_NAME: feed it as NAME to the
 * next step. Settings and vocabularies are metadata. *files receives the two paths,
 * for a message.
 */
int export_onnx(const struct model *, const char *path, struct str *files, struct err *);

#endif
