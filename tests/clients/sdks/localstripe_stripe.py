"""stripe-python at localstripe: pages by its own iterator, misses, declined cards, an idempotency key."""

import os

import stripe
from told import BASE, failing, secret, told

# It trusts its own list alone, whatever the usual variables say.
stripe.ca_bundle_path = os.environ.get("SSL_CERT_FILE", stripe.ca_bundle_path)
client = stripe.StripeClient(secret("STRIPE_KEY"), base_addresses={"api": BASE}, max_network_retries=0)


def shown(error):
    return error.http_status, error.code, error.user_message and error.user_message.split("'")[0]


customers = client.v1.customers
made = [customers.create({"name": f"Walker {number}", "email": f"w{number}@mail.example"}) for number in range(5)]
told("made", [one.name for one in made])
told("read", customers.retrieve(made[2].id).name)
told("updated", customers.update(made[2].id, {"description": "walked"}).description)
told("pages", [one.name for one in customers.list({"limit": 2}).auto_paging_iter()])
failing("miss", lambda: customers.retrieve("cus_nobody"), stripe.InvalidRequestError, show=shown)
failing("invalid", lambda: customers.create({"email": 7, "nonsense": "yes"}), stripe.InvalidRequestError, show=shown)
product = client.v1.products.create({"name": "Walk", "type": "service"})
plan = client.v1.plans.create({"amount": 1099, "currency": "eur", "interval": "month", "product": product.id})
told("plan", plan.amount, plan.currency, plan.interval)
good = client.v1.payment_methods.create({"type": "card", "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2036, "cvc": "123"}})
told("card", good.card.last4, good.card.brand)
told("deleted", customers.delete(made[0].id).deleted)
