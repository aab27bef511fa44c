"""The JSON service of bench/published.py in Python, with FastAPI and uvicorn: fastapi_service.py PORT"""
import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Item(BaseModel):
    id: int
    name: str
    price: float
    tags: list[str]


class Line(BaseModel):
    product: str
    quantity: int
    price: float


class Order(BaseModel):
    id: int
    customer: str
    paid: bool
    total: float
    lines: list[Line]


@app.get("/items/{id}")
async def get_item(id: int) -> Item:
    return Item(id=id, name=f"item {id}", price=id + 0.5, tags=["new", "small"])


@app.post("/orders")
async def post_order(order: Order) -> Order:
    order.total = sum(l.quantity * l.price for l in order.lines)
    return order


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
