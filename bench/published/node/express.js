// The JSON service of bench/published.py for Node, with Express: express.js PORT
"use strict";
const express = require("express");

const app = express();
app.use(express.json());

app.get("/items/:id", (request, response) => {
  const id = +request.params.id;
  response.json({ id, name: `item ${id}`, price: id + 0.5, tags: ["new", "small"] });
});

app.post("/orders", (request, response) => {
  const order = request.body;
  order.total = order.lines.reduce((sum, line) => sum + line.quantity * line.price, 0);
  response.json(order);
});

app.listen(+process.argv[2], "127.0.0.1");
