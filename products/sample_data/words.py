"""The words that generated products are made of. Brands are invented; nouns come with the median price of the thing."""

BRANDS = [
    *("Norvik", "Halden", "Brightleaf", "Orbix", "Corvane", "Tindra", "Skarven", "Pellworth", "Aurelin", "Velmora"),
    *("Voltaine", "Keyloc", "Tressel", "Maribo", "Ostara", "Fjellby", "Quillon", "Sandvar", "Ludensa", "Ternholm"),
    *("Café Lumen", "Bergström", "Niño", "Zorya", "Kestrel & Co"),
]

ADJECTIVES = [
    *(
        "Compact",
        "Foldable",
        "Lightweight",
        "Classic",
        "Professional",
        "Everyday",
        "Premium",
        "Basic",
        "Modern",
        "Rugged",
    ),
    *("Slim", "Heavy-Duty", "Portable", "Adjustable", "Handmade", "Recycled", "Organic", "Wireless", "Quiet", "Deluxe"),
    *("Refurbished", "Limited", "Original", "Eco", "Two-Tone", "Vintage", "Waterproof", "Mini", "Large", "Junior"),
]

VARIANTS = [
    *("Black", "White", "Graphite", "Sand", "Navy", "Forest Green", "Terracotta", "Silver", "Rosé", "Oak"),
    *("Set of 2", "Set of 4", "Pack of 10", "Size S", "Size M", "Size L", "XL", "2nd Generation", "2024 Edition"),
    *("Model 100", "Model 250", "Model 500", "Series A", "Series B", "Series X", "0.5 L", "1 L", "2.5 kg", "500 g"),
]

DESCRIPTIONS = [
    "A {noun} made to be used every day and repaired when it breaks. Spare parts are kept for ten years.",
    "This {noun} comes ready to use, with a printed guide in four languages and a two-year guarantee.",
    "The {noun} that our own staff takes home: plain, well made, and tested before it is packed.",
    "Made in small runs. Each {noun} differs a little in grain and shade from the picture.",
    "A {noun} for people who have owned three cheap ones already. Packed in recycled cardboard.",
    "",
]

NOUNS: dict[str, list[tuple[str, float]]] = {
    "Electronics": [
        *(("Laptop Stand", 32.0), ("Laptop Sleeve", 24.0), ("Monitor", 240.0), ("Keyboard", 59.0), ("Mouse", 29.0)),
        *(("Router", 89.0), ("Hard Drive", 95.0), ("Power Bank", 35.0), ("USB-C Hub", 45.0), ("Webcam", 55.0)),
    ],
    "Laptops": [
        *(("Laptop", 899.0), ("Gaming Laptop", 1499.0), ("Business Laptop", 1099.0), ("Notebook", 649.0)),
        ("Convertible Laptop", 949.0),
    ],
    "Smartphones": [("Smartphone", 499.0), ("Senior Phone", 79.0), ("Folding Phone", 1199.0), ("Phone Case", 19.0)],
    "Tablets": [("Tablet", 349.0), ("E-Reader", 129.0), ("Drawing Tablet", 199.0), ("Tablet Stand", 25.0)],
    "Cameras": [("System Camera", 999.0), ("Camera Lens", 449.0), ("Tripod", 79.0), ("Camera Bag", 59.0)],
    "Audio": [("Headphones", 119.0), ("Earbuds", 79.0), ("Loudspeaker", 189.0), ("Turntable", 249.0), ("Radio", 69.0)],
    "Gaming": [("Gamepad", 55.0), ("Gaming Chair", 229.0), ("Headset", 89.0), ("Board Game", 35.0), ("Puzzle", 18.0)],
    "Wearables": [("Smartwatch", 199.0), ("Fitness Band", 49.0), ("Watch Strap", 19.0), ("Chest Strap", 59.0)],
    "Home Appliances": [("Vacuum Cleaner", 189.0), ("Air Purifier", 159.0), ("Iron", 49.0), ("Fan", 39.0)],
    "Kitchen": [("Coffee Maker", 89.0), ("Kettle", 39.0), ("Frying Pan", 35.0), ("Chef's Knife", 49.0), ("Mug", 9.0)],
    "Furniture": [("Sofa", 799.0), ("Armchair", 299.0), ("Bookcase", 149.0), ("Desk", 249.0), ("Bed Frame", 349.0)],
    "Lighting": [("Desk Lamp", 45.0), ("Floor Lamp", 99.0), ("Pendant Light", 79.0), ("Light Bulb", 6.0)],
    "Garden": [("Watering Can", 19.0), ("Pruning Shears", 24.0), ("Flower Pot", 12.0), ("Garden Hose", 35.0)],
    "Tools": [("Cordless Drill", 119.0), ("Screwdriver", 14.0), ("Hammer", 19.0), ("Tool Box", 39.0), ("Saw", 24.0)],
    "Books": [("Cookbook", 28.0), ("Novel", 14.0), ("Atlas", 45.0), ("Picture Book", 16.0), ("Field Guide", 22.0)],
    "Toys": [("Building Blocks", 34.0), ("Wooden Train", 29.0), ("Doll", 24.0), ("Kite", 19.0), ("Marble Run", 39.0)],
    "Sports": [("Yoga Mat", 29.0), ("Dumbbell", 25.0), ("Tennis Racket", 89.0), ("Football", 22.0), ("Bicycle", 549.0)],
    "Outdoor": [("Tent", 179.0), ("Sleeping Bag", 89.0), ("Backpack", 79.0), ("Camping Stove", 49.0), ("Torch", 25.0)],
    "Women's Fashion": [("Dress", 59.0), ("Cardigan", 49.0), ("Blouse", 39.0), ("Handbag", 79.0), ("Scarf", 24.0)],
    "Men's Fashion": [("Shirt", 39.0), ("Jumper", 49.0), ("Chinos", 55.0), ("Belt", 29.0), ("Jacket", 99.0)],
    "Shoes": [("Running Shoes", 99.0), ("Boots", 129.0), ("Sandals", 45.0), ("Slippers", 25.0), ("Sneakers", 79.0)],
    "Beauty": [("Face Cream", 19.0), ("Shampoo", 8.0), ("Perfume", 49.0), ("Lip Balm", 4.5), ("Hand Soap", 5.5)],
    "Groceries": [("Coffee Beans", 11.0), ("Olive Oil", 9.5), ("Green Tea", 6.5), ("Jam", 4.2), ("Pasta", 2.4)],
    "Pet Supplies": [
        ("Dog Bed", 49.0),
        ("Cat Tree", 79.0),
        ("Dog Lead", 16.0),
        ("Cat Food", 1.9),
        ("Bird Feeder", 18.0),
    ],
}
