// Generated from openapi.json by `make generate`.

export interface paths {
    "/api/register/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Make an account. It logs in at `/api/token/` and may read everything; to write takes an administrator's leave.
         */
        post: operations["register_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with the user name or the e-mail address
         * @description Log in with the user name or the e-mail address. Answers an access token, and a refresh token for more.
         */
        post: operations["token_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/refresh/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Spend a refresh token for a new pair of tokens
         * @description Spend a refresh token for a new pair of tokens. The old one does not work again.
         */
        post: operations["token_refresh_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/blacklist/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Log out. Every token that descends from the same login stops working at once.
         */
        post: operations["token_blacklist_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read your own account
         * @description Read your own account.
         */
        get: operations["users_me_read"];
        put?: never;
        post?: never;
        /**
         * Delete your own account, for good
         * @description Delete your own account, for good. Takes your current password.
         */
        delete: operations["users_me_delete"];
        options?: never;
        head?: never;
        /**
         * Change your user name or e-mail address
         * @description Change your user name or e-mail address.
         */
        patch: operations["users_me_partial_update"];
        trace?: never;
    };
    "/api/users/me/password/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description Change your password. Every login ends, this one included: log in again.
         */
        post: operations["users_me_password_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password-reset/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a mail that lets you set a new password
         * @description Ask for a mail that lets you set a new password. The answer is the same whether the address is known or not.
         */
        post: operations["password-reset_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password-reset/confirm/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with what the mail brought
         * @description Set a new password with what the mail brought. Every login ends.
         */
        post: operations["password-reset_confirm_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List products
         * @description List products. Every parameter composes with every other; one that does not exist is refused.
         */
        get: operations["products_list"];
        put?: never;
        /**
         * Add a product
         * @description Add a product. The answer is the product as it is read.
         */
        post: operations["products_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/facets/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count what a list holds, by category, with its range of prices
         * @description Count what a list holds, by category, with its range of prices. Takes the filters of the list.
         */
        get: operations["products_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{id}/": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's id, as the list shows it. */
                id: string;
            };
            cookie?: never;
        };
        /**
         * Read one product
         * @description Read one product. Send its `ETag` along when you change it, and nobody's change is lost.
         */
        get: operations["products_read"];
        /**
         * Replace a product
         * @description Replace a product. Without a description, the old one stays. What a GET shows can be sent back as it is.
         */
        put: operations["products_update"];
        post?: never;
        /**
         * Remove a product, for good
         * @description Remove a product, for good.
         */
        delete: operations["products_delete"];
        options?: never;
        head?: never;
        /**
         * Change some fields of a product
         * @description Change some fields of a product. Only the fields sent are written.
         */
        patch: operations["products_partial_update"];
        trace?: never;
    };
    "/api/products/{id}/picture.svg": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The product's id, as the list shows it. */
                id: string;
            };
            cookie?: never;
        };
        /**
         * A picture of the product, in SVG: always the same for the same product
         * @description A picture of the product, in SVG: always the same for the same product. Takes the product's `updated_at` as `v`. Kept for long, and still never out of date: an address that ends in the product's own `updated_at` names one state of it, and what is there holds for a year. The address without it, or with that of another state, is asked for again each time, which is 304 for as long as nothing has changed. Whatever the picture shows moves `updated_at`: name and category of the product, not the category's name.
         */
        get: operations["products_picture.svg_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/categories/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List categories, by name
         * @description List categories, by name. Each says how many products are in it.
         */
        get: operations["categories_list"];
        put?: never;
        /**
         * Add a category
         * @description Add a category. Without a slug, one is made from the name.
         */
        post: operations["categories_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/categories/{slug}/": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The category's slug or id, for example `lighting`. */
                slug: string;
            };
            cookie?: never;
        };
        /**
         * Read one category, by its slug or its id
         * @description Read one category, by its slug or its id.
         */
        get: operations["categories_read"];
        /**
         * Replace a category
         * @description Replace a category. Without a slug, the old one stays.
         */
        put: operations["categories_update"];
        post?: never;
        /**
         * Remove a category
         * @description Remove a category. Refused while it has products.
         */
        delete: operations["categories_delete"];
        options?: never;
        head?: never;
        /**
         * Change some fields of a category
         * @description Change some fields of a category. Only the fields sent are written.
         */
        patch: operations["categories_partial_update"];
        trace?: never;
    };
    "/api/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The endpoints, by name
         * @description The endpoints, by name.
         */
        get: operations["index_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process answers at all
         * @description Whether the process answers at all. Looks at nothing else: restarting it cures nothing that is outside it.
         */
        get: operations["health_live_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process can serve: the database answers, and nobody has told it to stop
         * @description Whether the process can serve: the database answers, and nobody has told it to stop. 503 when it cannot.
         */
        get: operations["health_ready_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The endpoints, by name. */
        Index: {
            /**
             * Products
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/products/
             */
            products: string;
            /**
             * Facets
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/products/facets/
             */
            facets: string;
            /**
             * Categories
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/categories/
             */
            categories: string;
            /**
             * Register
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/register/
             */
            register: string;
            /**
             * Token
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/token/
             */
            token: string;
            /**
             * Token refresh
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/token/refresh/
             */
            token_refresh: string;
            /**
             * Token blacklist
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/token/blacklist/
             */
            token_blacklist: string;
            /**
             * Me
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/users/me/
             */
            me: string;
            /**
             * Password
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/users/me/password/
             */
            password: string;
            /**
             * Password reset
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/password-reset/
             */
            password_reset: string;
            /**
             * Password reset confirm
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/api/password-reset/confirm/
             */
            password_reset_confirm: string;
            /**
             * Swagger
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/swagger/
             */
            swagger: string;
            /**
             * Redoc
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/redoc/
             */
            redoc: string;
            /**
             * Health
             * Format: uri
             * @description An absolute URL.
             * @example https://shop.example.com/health/ready/
             */
            health: string;
        };
        /**
         * Problem
         * @description RFC 9457. `code` is stable, for programs; `detail` is a sentence, for people.
         * @example {
         *       "type": "about:blank",
         *       "title": "Bad Request",
         *       "status": 400,
         *       "code": "invalid",
         *       "detail": "The request has 1 invalid field.",
         *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
         *       "errors": {
         *         "price": [
         *           {
         *             "code": "min_value",
         *             "message": "Ensure this value is greater than or equal to 0."
         *           }
         *         ]
         *       }
         *     }
         */
        Problem: {
            /**
             * @description Always `about:blank`: the status says which kind it is.
             * @example about:blank
             */
            type: string;
            /**
             * @description The name of the status.
             * @example Bad Request
             */
            title: string;
            /**
             * @description The status of the answer.
             * @example 400
             */
            status: number;
            /**
             * @description What went wrong, for programs: it stays the same.
             * @example invalid
             */
            code: string;
            /**
             * @description What went wrong, for people.
             * @example The request has 1 invalid field.
             */
            detail: string;
            /**
             * @description As in `X-Request-ID`. Quote it when you report the error.
             * @example 0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b
             */
            request_id: string;
            /**
             * @description By field or parameter; what concerns none is under `non_field_errors`.
             * @example {
             *       "price": [
             *         {
             *           "code": "min_value",
             *           "message": "Ensure this value is greater than or equal to 0."
             *         }
             *       ]
             *     }
             */
            errors?: {
                [key: string]: {
                    /**
                     * @description What is wrong with this value, for programs.
                     * @example min_value
                     */
                    code: string;
                    /**
                     * @description What is wrong with this value, for people.
                     * @example Ensure this value is greater than or equal to 0.
                     */
                    message: string;
                }[];
            };
        };
        /** @description A category. */
        Category: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c1e-7d20-7c41-9f0e-3b5d2a6c8e10
             */
            readonly id: string;
            /**
             * Name
             * @description Unique without regard to case.
             * @example Garden Lights
             */
            name: string;
            /**
             * Slug
             * @description The name for URLs. Made from the name when it is not given; does not move when the name changes.
             * @example garden-lights
             */
            slug: string;
            /**
             * Product count
             * @description Products in it, now.
             * @default 0
             * @example 0
             */
            readonly product_count: number;
        };
        /** @description A category. */
        CategoryWrite: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c1e-7d20-7c41-9f0e-3b5d2a6c8e10
             */
            readonly id?: string;
            /**
             * Name
             * @description Unique without regard to case.
             * @example Garden Lights
             */
            name: string;
            /**
             * Slug
             * @description The name for URLs. Made from the name when it is not given; does not move when the name changes.
             * @example garden-lights
             */
            slug?: string;
            /**
             * Product count
             * @description Products in it, now.
             * @default 0
             * @example 0
             */
            readonly product_count?: number;
        };
        /** @description A category. */
        PatchedCategory: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c1e-7d20-7c41-9f0e-3b5d2a6c8e10
             */
            readonly id?: string;
            /**
             * Name
             * @description Unique without regard to case.
             * @example Garden Lights
             */
            name?: string;
            /**
             * Slug
             * @description The name for URLs. Made from the name when it is not given; does not move when the name changes.
             * @example garden-lights
             */
            slug?: string;
            /**
             * Product count
             * @description Products in it, now.
             * @default 0
             * @example 0
             */
            readonly product_count?: number;
        };
        /** @description Asking for a new password. */
        PasswordReset: {
            /**
             * Email
             * Format: email
             * @description The address of the account. A mail goes there if there is one.
             * @example nora@example.com
             */
            email: string;
        } & {
            [key: string]: unknown;
        };
        /** @description An answer that has nothing to say: `{}`. */
        Empty: Record<string, never>;
        /** @description Setting a new password with what the mail brought. */
        PasswordResetConfirm: {
            /**
             * Uid
             * @description From the mail.
             * @example MDE5YThjMjA
             */
            uid: string;
            /**
             * Token
             * @description From the mail; works once, for an hour.
             * @example cz3f1k-5d0c
             */
            token: string;
            /**
             * New password
             * @description 10 to 128 characters; not all digits, not a common one, not like the name or the address.
             * @example battery staple 8
             */
            new_password: string;
        } & {
            [key: string]: unknown;
        };
        /** @description A category, as a product shows it. */
        CategorySummary: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 01856aa0-c800-7609-b0a3-e5210b194d5d
             */
            readonly id: string;
            /**
             * Name
             * @description What people call it.
             * @example Lighting
             */
            readonly name: string;
            /**
             * Slug
             * @description The name for URLs. Made from the name when it is not given; does not move when the name changes.
             * @example lighting
             */
            readonly slug: string;
        };
        /** @description A product, as it is read. */
        Product: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c1f-0b52-7e7b-8a4d-6c1f9e2d7b35
             */
            readonly id: string;
            /**
             * Name
             * @description One line, of which something is visible.
             * @example Brass Desk Lamp
             */
            name: string;
            /**
             * Description
             * @description May have several lines, and may be missing.
             * @example Dimmable, with a linen shade.
             */
            description: string;
            /**
             * Price
             * Format: decimal
             * @description Two decimals, as a string.
             * @example 35.50
             */
            price: string;
            category: components["schemas"]["CategorySummary"];
            /**
             * Created at
             * Format: date-time
             * @description When it was added; ISO 8601, UTC.
             * @example 2026-03-02T09:30:00Z
             */
            readonly created_at: string;
            /**
             * Updated at
             * Format: date-time
             * @description When it was last changed; ISO 8601, UTC.
             * @example 2026-03-04T16:05:12.250000Z
             */
            readonly updated_at: string;
        };
        /** @description A product, as it is written. The answer is the product as it is read. */
        ProductWrite: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c1f-0b52-7e7b-8a4d-6c1f9e2d7b35
             */
            readonly id?: string;
            /**
             * Name
             * @description One line, of which something is visible.
             * @example Brass Desk Lamp
             */
            name: string;
            /**
             * Description
             * @description May have several lines, and may be missing.
             * @example Dimmable, with a linen shade.
             */
            description?: string;
            /**
             * @description 0.00 to 99999999.99: a number or a plain decimal string, at most two decimals.
             * @example 35.50
             */
            price: string | number;
            /**
             * @description Slug or id of a category, or the object as it was read.
             * @example lighting
             */
            category: string | components["schemas"]["CategorySummary"];
            /**
             * Created at
             * Format: date-time
             * @description When it was added; ISO 8601, UTC.
             * @example 2026-03-02T09:30:00Z
             */
            readonly created_at?: string;
            /**
             * Updated at
             * Format: date-time
             * @description When it was last changed; ISO 8601, UTC.
             * @example 2026-03-04T16:05:12.250000Z
             */
            readonly updated_at?: string;
        };
        /** @description From the lowest to the highest price; null when there is none. */
        PriceRange: {
            /**
             * Min
             * Format: decimal
             * @description Of the cheapest; null when there is none.
             * @example 4.95
             */
            min: string | null;
            /**
             * Max
             * Format: decimal
             * @description Of the dearest; null when there is none.
             * @example 249.00
             */
            max: string | null;
        };
        /** @description Those with a match in any `category`; over 10,000 matches of a search may be estimates. */
        CategoryFacet: {
            /**
             * Slug
             * @description What `category` takes.
             * @example lighting
             */
            slug: string;
            /**
             * Name
             * @description What people call it.
             * @example Lighting
             */
            name: string;
            /**
             * Count
             * @description Products that match the other filters.
             * @example 14
             */
            count: number;
        };
        /** @description What a sidebar shows beside a list. */
        Facets: {
            /**
             * Count
             * @description As the list has it with the same filters.
             * @example 14
             */
            count: number;
            price: components["schemas"]["PriceRange"];
            /** @description Those with a match in any `category`; over 10,000 matches of a search may be estimates. */
            categories: components["schemas"]["CategoryFacet"][];
        };
        /** @description A product, as it is written. The answer is the product as it is read. */
        PatchedProductWrite: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c1f-0b52-7e7b-8a4d-6c1f9e2d7b35
             */
            readonly id?: string;
            /**
             * Name
             * @description One line, of which something is visible.
             * @example Brass Desk Lamp
             */
            name?: string;
            /**
             * Description
             * @description May have several lines, and may be missing.
             * @example Dimmable, with a linen shade.
             */
            description?: string;
            /**
             * @description 0.00 to 99999999.99: a number or a plain decimal string, at most two decimals.
             * @example 35.50
             */
            price?: string | number;
            /**
             * @description Slug or id of a category, or the object as it was read.
             * @example lighting
             */
            category?: string | components["schemas"]["CategorySummary"];
            /**
             * Created at
             * Format: date-time
             * @description When it was added; ISO 8601, UTC.
             * @example 2026-03-02T09:30:00Z
             */
            readonly created_at?: string;
            /**
             * Updated at
             * Format: date-time
             * @description When it was last changed; ISO 8601, UTC.
             * @example 2026-03-04T16:05:12.250000Z
             */
            readonly updated_at?: string;
        };
        /** @description Who wants an account. Anything but name, address and password changes nothing. */
        Registration: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c20-51aa-7d09-b3c7-0e9f4d8a2c61
             */
            readonly id?: string;
            /**
             * Username
             * @description 3 to 30 of a-z, 0-9, dot, underscore and hyphen; begins and ends with a letter or digit.
             * @example nora
             */
            username: string;
            /**
             * E-mail address
             * Format: email
             * @description Unique without regard to case.
             * @example nora@example.com
             */
            email: string;
            /**
             * Date joined
             * Format: date-time
             * @description When the account was made; ISO 8601, UTC.
             * @example 2026-03-02T09:30:00Z
             */
            readonly date_joined?: string;
            /**
             * Password
             * @description 10 to 128 characters; not all digits, not a common one, not like the name or the address.
             * @example correct horse 9
             */
            password: string;
        } & {
            [key: string]: unknown;
        };
        /** @description A user, as the answer to registering shows it. */
        User: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c20-51aa-7d09-b3c7-0e9f4d8a2c61
             */
            readonly id: string;
            /**
             * Username
             * @description 3 to 30 of a-z, 0-9, dot, underscore and hyphen; begins and ends with a letter or digit.
             * @example nora
             */
            username: string;
            /**
             * E-mail address
             * Format: email
             * @description Unique without regard to case.
             * @example nora@example.com
             */
            email: string;
            /**
             * Date joined
             * Format: date-time
             * @description When the account was made; ISO 8601, UTC.
             * @example 2026-03-02T09:30:00Z
             */
            readonly date_joined: string;
        };
        /** @description Logging in, with the name or the e-mail address. Wrong, unknown and inactive are the same 401. */
        Login: {
            /**
             * Username
             * @description User name or e-mail address, in any case.
             * @example nora
             */
            username: string;
            /**
             * Password
             * @description As it was set, blanks included.
             * @example correct horse 9
             */
            password: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Both tokens. */
        TokenPair: {
            /**
             * Access
             * @description For `Authorization: Bearer <access>`; 15 minutes long by default.
             * @example eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoiYWNjZXNzIn0.c2lnbmF0dXJl
             */
            access: string;
            /**
             * Refresh
             * @description Good for one new pair at `/api/token/refresh/`; 7 days long by default.
             * @example eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJl
             */
            refresh: string;
        };
        /** @description Ending a login. */
        Logout: {
            /**
             * Refresh
             * @description Any refresh token of the login.
             * @example eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJl
             */
            refresh: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Spending a refresh token for a new pair. */
        Refresh: {
            /**
             * Refresh
             * @description The refresh token; it is spent by this.
             * @example eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJl
             */
            refresh: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Oneself. */
        Me: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c20-51aa-7d09-b3c7-0e9f4d8a2c61
             */
            readonly id: string;
            /**
             * Username
             * @description 3 to 30 of a-z, 0-9, dot, underscore and hyphen; begins and ends with a letter or digit.
             * @example nora
             */
            username: string;
            /**
             * E-mail address
             * Format: email
             * @description Unique without regard to case.
             * @example nora@example.com
             */
            email: string;
            /**
             * Date joined
             * Format: date-time
             * @description When the account was made; ISO 8601, UTC.
             * @example 2026-03-02T09:30:00Z
             */
            readonly date_joined: string;
            /**
             * Staff status
             * @description Whether the admin lets you in.
             * @example false
             */
            readonly is_staff: boolean;
        };
        /** @description Oneself. */
        PatchedMe: {
            /**
             * Id
             * Format: uuid
             * @description A UUID of version 7, made by the server.
             * @example 019a8c20-51aa-7d09-b3c7-0e9f4d8a2c61
             */
            readonly id?: string;
            /**
             * Username
             * @description 3 to 30 of a-z, 0-9, dot, underscore and hyphen; begins and ends with a letter or digit.
             * @example nora
             */
            username?: string;
            /**
             * E-mail address
             * Format: email
             * @description Unique without regard to case.
             * @example nora@example.com
             */
            email?: string;
            /**
             * Date joined
             * Format: date-time
             * @description When the account was made; ISO 8601, UTC.
             * @example 2026-03-02T09:30:00Z
             */
            readonly date_joined?: string;
            /**
             * Staff status
             * @description Whether the admin lets you in.
             * @example false
             */
            readonly is_staff?: boolean;
        };
        /** @description Proof that the person at the keyboard is the account's owner. */
        CurrentPassword: {
            /**
             * Current password
             * @description The password that you log in with now.
             * @example correct horse 9
             */
            current_password: string;
        } & {
            [key: string]: unknown;
        };
        /** @description Changing one's password. */
        PasswordChange: {
            /**
             * Current password
             * @description The password that you log in with now.
             * @example correct horse 9
             */
            current_password: string;
            /**
             * New password
             * @description 10 to 128 characters; not all digits, not a common one, not like the name or the address.
             * @example battery staple 8
             */
            new_password: string;
        } & {
            [key: string]: unknown;
        };
        /** @description The answer of a probe that went well. */
        Health: {
            /**
             * Status
             * @description Always the same; a failure is 503.
             * @example ok
             * @enum {string}
             */
            status: "ok";
        };
        /** @description The same, with what is not needed to serve. */
        Readiness: {
            /**
             * Status
             * @description Always the same; a failure is 503.
             * @example ok
             * @enum {string}
             */
            status: "ok";
            /**
             * Cache
             * @description Redis, or memcached. Without it answers are as right, and slower.
             * @example ok
             * @enum {string}
             */
            cache: "ok" | "away" | "off";
            /**
             * Replicas
             * @description Each replica of the database, if there are any. Without it answers are as right, and slower.
             * @example {
             *       "replica1": "ok"
             *     }
             */
            replicas: {
                [key: string]: "ok" | "lagging" | "away";
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    register_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, of your own making. Sent again with the same name and body within a day, it creates nothing more and is answered as the first time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Created; `Location` says where. */
            201: {
                headers: {
                    /** @description Where the new object is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "username": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key has been used for something else. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Content",
                     *       "status": 422,
                     *       "code": "idempotency_key_reused",
                     *       "detail": "This Idempotency-Key has been used for another request. Use a new one.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    token_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Login"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "username": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "authentication_failed",
                     *       "detail": "No active account has this name and password.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    token_refresh_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Refresh"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPair"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "refresh": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "token_not_valid",
                     *       "detail": "Token is invalid or expired",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    token_blacklist_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Logout"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "refresh": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "token_not_valid",
                     *       "detail": "Token is invalid or expired",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_me_read: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, 304. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Nothing has changed; no body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_me_delete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have read: if somebody has changed it since, 412. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CurrentPassword"];
            };
        };
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "current_password": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody has changed it since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412,
                     *       "code": "precondition_failed",
                     *       "detail": "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_me_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have read: if somebody has changed it since, 412. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedMe"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "username": [
                     *           {
                     *             "code": "null",
                     *             "message": "This field may not be null."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody has changed it since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412,
                     *       "code": "precondition_failed",
                     *       "detail": "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    users_me_password_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "current_password": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "password-reset_create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description Taken note of. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "email": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "password-reset_confirm_create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetConfirm"];
            };
        };
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "uid": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    products_list: {
        parameters: {
            query?: {
                /** @description Slugs of categories, joined by commas or repeated, at most 100: products in any of them. For example `electronics,lighting`. An unknown slug matches nothing. */
                category?: string[];
                /** @description At least this price, for example `10`. Above `max_price` it is refused. */
                min_price?: string;
                /** @description At most this price, for example `49.99`. */
                max_price?: string;
                /** @description Created at this date or date-time, or later, for example `2024-05-01`. */
                created_after?: string;
                /** @description Created at this date (all of it) or date-time, or earlier, for example `2024-05-01T12:30:00Z`. */
                created_before?: string;
                /** @description Last changed at this date or date-time, or later, for example `2024-05-01`. */
                updated_after?: string;
                /** @description Ids, joined by commas, at most 100: these products; unknown ones are left out. */
                id?: string[];
                /** @description Words, or beginnings of words, that must all be in the name, for example `laptop`; at most 100 characters. Case and accents do not matter. When no product at all has them, near misses are offered. */
                search?: string;
                /** @description Fields to sort by, a minus for descending; several are joined by commas, for example `-price`. Without it: newest first, or best match first with `search`. */
                ordering?: ("price" | "-price" | "created_at" | "-created_at" | "updated_at" | "-updated_at" | "name" | "-name")[];
                /** @description Only these top-level keys of each object, joined by commas, for example `id,name`. */
                fields?: ("id" | "name" | "description" | "price" | "category" | "created_at" | "updated_at")[];
                /** @description The page, counted from 1; the first when it is not given. Out of range it is 404. */
                page?: number;
                /** @description Rows on a page. More than 100 is taken as 100. */
                page_size?: number;
                /** @description Paging of constant cost at any depth, instead of `page`. Start with a blank `cursor=`, then follow `next` and `previous`. The answer has no counts and page numbers. */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, 304. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Rows that match, on all pages. Not with `cursor`.
                         * @example 289
                         */
                        count?: number;
                        /**
                         * @description Whether `count` is about right only; over 10,000 matches of a search it may be.
                         * @example false
                         */
                        count_is_estimate?: boolean;
                        /**
                         * Format: uri
                         * @description The next page, with the same filters; null on the last.
                         * @example https://shop.example.com/api/products/?page=3
                         */
                        next: string | null;
                        /**
                         * Format: uri
                         * @description The page before; null on the first.
                         * @example https://shop.example.com/api/products/
                         */
                        previous: string | null;
                        /**
                         * @description Which page this is. Not with `cursor`.
                         * @example 2
                         */
                        page?: number;
                        /**
                         * @description Rows on a full page.
                         * @example 20
                         */
                        page_size: number;
                        /**
                         * @description How many pages there are. Not with `cursor`.
                         * @example 15
                         */
                        total_pages?: number;
                        results: components["schemas"]["Product"][];
                    };
                };
            };
            /** @description Nothing has changed; no body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid parameter.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "categorx": [
                     *           {
                     *             "code": "unknown_parameter",
                     *             "message": "Unknown: 'categorx'. Did you mean 'category'? Allowed: category, min_price, max_price, created_after, created_before, updated_after, id, search, ordering, fields, page, page_size, cursor."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The address is longer than 8 KiB. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "URI Too Long",
                     *       "status": 414,
                     *       "code": "parse_error",
                     *       "detail": "This is not a request that can be understood.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    products_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, of your own making. Sent again with the same name and body within a day, it creates nothing more and is answered as the first time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProductWrite"];
            };
        };
        responses: {
            /** @description Created; `Location` says where. */
            201: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    /** @description Where the new object is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "name": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Known, but not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "code": "permission_denied",
                     *       "detail": "You do not have permission to perform this action.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key has been used for something else. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Content",
                     *       "status": 422,
                     *       "code": "idempotency_key_reused",
                     *       "detail": "This Idempotency-Key has been used for another request. Use a new one.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    products_facets: {
        parameters: {
            query?: {
                /** @description Slugs of categories, joined by commas or repeated, at most 100: products in any of them. For example `electronics,lighting`. An unknown slug matches nothing. */
                category?: string[];
                /** @description At least this price, for example `10`. Above `max_price` it is refused. */
                min_price?: string;
                /** @description At most this price, for example `49.99`. */
                max_price?: string;
                /** @description Created at this date or date-time, or later, for example `2024-05-01`. */
                created_after?: string;
                /** @description Created at this date (all of it) or date-time, or earlier, for example `2024-05-01T12:30:00Z`. */
                created_before?: string;
                /** @description Last changed at this date or date-time, or later, for example `2024-05-01`. */
                updated_after?: string;
                /** @description Ids, joined by commas, at most 100: these products; unknown ones are left out. */
                id?: string[];
                /** @description Words, or beginnings of words, that must all be in the name, for example `laptop`; at most 100 characters. Case and accents do not matter. When no product at all has them, near misses are offered. */
                search?: string;
            };
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, 304. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Facets"];
                };
            };
            /** @description Nothing has changed; no body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid parameter.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "categorx": [
                     *           {
                     *             "code": "unknown_parameter",
                     *             "message": "Unknown: 'categorx'. Did you mean 'category'? Allowed: category, min_price, max_price, created_after, created_before, updated_after, id, search."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The address is longer than 8 KiB. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "URI Too Long",
                     *       "status": 414,
                     *       "code": "parse_error",
                     *       "detail": "This is not a request that can be understood.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    products_read: {
        parameters: {
            query?: {
                /** @description Only these top-level keys of each object, joined by commas, for example `id,name`. */
                fields?: ("id" | "name" | "description" | "price" | "category" | "created_at" | "updated_at")[];
            };
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, 304. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The product's id, as the list shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description Nothing has changed; no body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid parameter.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "fieldx": [
                     *           {
                     *             "code": "unknown_parameter",
                     *             "message": "Unknown: 'fieldx'. Did you mean 'fields'? Allowed: fields."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    products_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have read: if somebody has changed it since, 412. */
                "If-Match"?: string;
            };
            path: {
                /** @description The product's id, as the list shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProductWrite"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "name": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Known, but not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "code": "permission_denied",
                     *       "detail": "You do not have permission to perform this action.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody has changed it since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412,
                     *       "code": "precondition_failed",
                     *       "detail": "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    products_delete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have read: if somebody has changed it since, 412. */
                "If-Match"?: string;
            };
            path: {
                /** @description The product's id, as the list shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Known, but not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "code": "permission_denied",
                     *       "detail": "You do not have permission to perform this action.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody has changed it since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412,
                     *       "code": "precondition_failed",
                     *       "detail": "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    products_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have read: if somebody has changed it since, 412. */
                "If-Match"?: string;
            };
            path: {
                /** @description The product's id, as the list shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedProductWrite"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Product"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "name": [
                     *           {
                     *             "code": "null",
                     *             "message": "This field may not be null."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Known, but not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "code": "permission_denied",
                     *       "detail": "You do not have permission to perform this action.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody has changed it since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412,
                     *       "code": "precondition_failed",
                     *       "detail": "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "products_picture.svg_read": {
        parameters: {
            query?: {
                /** @description The product's `updated_at`, as it was read. With it the picture may be kept for a year. */
                v?: string;
            };
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, 304. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The product's id, as the list shows it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description Nothing has changed; no body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid parameter.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "x": [
                     *           {
                     *             "code": "unknown_parameter",
                     *             "message": "Unknown: 'x'. Allowed: v."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    categories_list: {
        parameters: {
            query?: {
                /** @description Fields to sort by, a minus for descending; several are joined by commas, for example `-name`. Without it: by name. */
                ordering?: ("name" | "-name" | "slug" | "-slug" | "product_count" | "-product_count")[];
                /** @description Only these top-level keys of each object, joined by commas, for example `id,name`. */
                fields?: ("id" | "name" | "slug" | "product_count")[];
                /** @description The page, counted from 1; the first when it is not given. Out of range it is 404. */
                page?: number;
                /** @description Rows on a page. More than 100 is taken as 100. */
                page_size?: number;
                /** @description Paging of constant cost at any depth, instead of `page`. Start with a blank `cursor=`, then follow `next` and `previous`. The answer has no counts and page numbers. */
                cursor?: string;
            };
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, 304. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Rows that match, on all pages. Not with `cursor`.
                         * @example 289
                         */
                        count?: number;
                        /**
                         * @description Whether `count` is about right only; over 10,000 matches of a search it may be.
                         * @example false
                         */
                        count_is_estimate?: boolean;
                        /**
                         * Format: uri
                         * @description The next page, with the same filters; null on the last.
                         * @example https://shop.example.com/api/products/?page=3
                         */
                        next: string | null;
                        /**
                         * Format: uri
                         * @description The page before; null on the first.
                         * @example https://shop.example.com/api/products/
                         */
                        previous: string | null;
                        /**
                         * @description Which page this is. Not with `cursor`.
                         * @example 2
                         */
                        page?: number;
                        /**
                         * @description Rows on a full page.
                         * @example 20
                         */
                        page_size: number;
                        /**
                         * @description How many pages there are. Not with `cursor`.
                         * @example 15
                         */
                        total_pages?: number;
                        results: components["schemas"]["Category"][];
                    };
                };
            };
            /** @description Nothing has changed; no body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid parameter.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "orderinx": [
                     *           {
                     *             "code": "unknown_parameter",
                     *             "message": "Unknown: 'orderinx'. Did you mean 'ordering'? Allowed: ordering, fields, page, page_size, cursor."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The address is longer than 8 KiB. */
            414: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "URI Too Long",
                     *       "status": 414,
                     *       "code": "parse_error",
                     *       "detail": "This is not a request that can be understood.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    categories_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description A name for this request, of your own making. Sent again with the same name and body within a day, it creates nothing more and is answered as the first time. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryWrite"];
            };
        };
        responses: {
            /** @description Created; `Location` says where. */
            201: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    /** @description Where the new object is. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "name": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Known, but not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "code": "permission_denied",
                     *       "detail": "You do not have permission to perform this action.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The Idempotency-Key has been used for something else. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unprocessable Content",
                     *       "status": 422,
                     *       "code": "idempotency_key_reused",
                     *       "detail": "This Idempotency-Key has been used for another request. Use a new one.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    categories_read: {
        parameters: {
            query?: {
                /** @description Only these top-level keys of each object, joined by commas, for example `id,name`. */
                fields?: ("id" | "name" | "slug" | "product_count")[];
            };
            header?: {
                /** @description The `ETag` of an earlier answer: if nothing has changed since, 304. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The category's slug or id, for example `lighting`. */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
            /** @description Nothing has changed; no body. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid parameter.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "fieldx": [
                     *           {
                     *             "code": "unknown_parameter",
                     *             "message": "Unknown: 'fieldx'. Did you mean 'fields'? Allowed: fields."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    categories_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have read: if somebody has changed it since, 412. */
                "If-Match"?: string;
            };
            path: {
                /** @description The category's slug or id, for example `lighting`. */
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryWrite"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "name": [
                     *           {
                     *             "code": "required",
                     *             "message": "This field is required."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Known, but not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "code": "permission_denied",
                     *       "detail": "You do not have permission to perform this action.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody has changed it since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412,
                     *       "code": "precondition_failed",
                     *       "detail": "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    categories_delete: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have read: if somebody has changed it since, 412. */
                "If-Match"?: string;
            };
            path: {
                /** @description The category's slug or id, for example `lighting`. */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Known, but not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "code": "permission_denied",
                     *       "detail": "You do not have permission to perform this action.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This category still has products. Move or delete them first.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody has changed it since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412,
                     *       "code": "precondition_failed",
                     *       "detail": "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    categories_partial_update: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you have read: if somebody has changed it since, 412. */
                "If-Match"?: string;
            };
            path: {
                /** @description The category's slug or id, for example `lighting`. */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PatchedCategory"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description A name for this content: for If-None-Match and If-Match. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Category"];
                };
            };
            /** @description A field or parameter is at fault; `errors` says which and why. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Bad Request",
                     *       "status": 400,
                     *       "code": "invalid",
                     *       "detail": "The request has 1 invalid field.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b",
                     *       "errors": {
                     *         "name": [
                     *           {
                     *             "code": "null",
                     *             "message": "This field may not be null."
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A valid access token is needed. */
            401: {
                headers: {
                    /** @description `Bearer`. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unauthorized",
                     *       "status": 401,
                     *       "code": "not_authenticated",
                     *       "detail": "Authentication credentials were not provided.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Known, but not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Forbidden",
                     *       "status": 403,
                     *       "code": "permission_denied",
                     *       "detail": "You do not have permission to perform this action.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is no such thing, or no such page. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Not Found",
                     *       "status": 404,
                     *       "code": "not_found",
                     *       "detail": "Not found.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The rest of the body did not come in time. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Request Timeout",
                     *       "status": 408,
                     *       "code": "request_timeout",
                     *       "detail": "The rest of the body did not come. Send the request again.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description It clashes with what is stored. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "code": "conflict",
                     *       "detail": "This clashes with what is stored, for example a value that must be unique.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body comes without a Content-Length: it is chunked. */
            411: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Length Required",
                     *       "status": 411,
                     *       "code": "length_required",
                     *       "detail": "Send the body with a Content-Length header.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Somebody has changed it since you read it. */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Precondition Failed",
                     *       "status": 412,
                     *       "code": "precondition_failed",
                     *       "detail": "Somebody has changed this meanwhile. Read it again, then send your change with the new ETag.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is larger than 1 MiB. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Content Too Large",
                     *       "status": 413,
                     *       "code": "payload_too_large",
                     *       "detail": "The body is larger than 1 MiB.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is not JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Unsupported Media Type",
                     *       "status": 415,
                     *       "code": "unsupported_media_type",
                     *       "detail": "Unsupported media type \"text/plain\" in request.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    index_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Index"];
                };
            };
            /** @description Too often; try again after `Retry-After` seconds. */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Too Many Requests",
                     *       "status": 429,
                     *       "code": "throttled",
                     *       "detail": "Request was throttled. Expected available in 42 seconds.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_live_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health_ready_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            /** @description The database is away; try again after `Retry-After` seconds. */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "type": "about:blank",
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "code": "service_unavailable",
                     *       "detail": "The service cannot answer right now. Try again in a moment.",
                     *       "request_id": "0b1f3c7d9a5e4f0c8d2b6a4e1f7c9d3b"
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
