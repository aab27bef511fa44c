// The JSON service of bench/published.py for Node, with its own http module: http.js PORT
"use strict";
const http = require("node:http");

const answer = (response, status, value) => {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(value));
};

const server = http.createServer((request, response) => {
  const item = request.method === "GET" && /^\/items\/(\d+)$/.exec(request.url);
  if (item) return answer(response, 200, { id: +item[1], name: `item ${item[1]}`, price: +item[1] + 0.5, tags: ["new", "small"] });
  if (request.method !== "POST" || request.url !== "/orders") return answer(response, 404, {});
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    try {
      const order = JSON.parse(Buffer.concat(parts).toString());
      order.total = order.lines.reduce((sum, line) => sum + line.quantity * line.price, 0);
      answer(response, 200, order);
    } catch (error) {
      answer(response, 400, { error: String(error) });
    }
  });
});

server.listen(+process.argv[2], "127.0.0.1");
