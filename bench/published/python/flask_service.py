"""The JSON service of bench/published.py in Python, with Flask and waitress: flask_service.py PORT"""
import sys

from flask import Flask, jsonify, request
from waitress import serve

app = Flask(__name__)


@app.get("/items/<int:id>")
def get_item(id):
    return jsonify(id=id, name=f"item {id}", price=id + 0.5, tags=["new", "small"])


@app.post("/orders")
def post_order():
    order = request.get_json()
    order["total"] = sum(l["quantity"] * l["price"] for l in order["lines"])
    return jsonify(order)


if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(sys.argv[1]))
