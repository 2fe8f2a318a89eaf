"""stripe-python as it is out of the box: a happy call, pages, writes that fail, a slow answer."""

import os

import stripe

stripe.api_base = os.environ["TRUETAPE_URL"]
stripe.api_key = "sk_test_upgrades"


def failing(call):
    try:
        print(call().id)
    except stripe.StripeError as error:
        print(type(error).__name__, error.http_status, error.code)


print(stripe.Balance.retrieve().available[0].amount)
print([one.id for one in stripe.Customer.list(limit=2).auto_paging_iter()])
print(stripe.Customer.create(name="Walker", metadata={"plan": "pro"}).id)
failing(lambda: stripe.Refund.create(charge="ch_1"))
failing(lambda: stripe.Charge.create(amount=500, currency="eur", source="tok_visa"))
failing(lambda: stripe.Payout.create(amount=500, currency="eur"))
failing(lambda: stripe.Coupon.create(id="SPRING", percent_off=10))
print(stripe.Event.retrieve("evt_slow").type)
